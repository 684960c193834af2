from __future__ import annotations

import pytest

from crm_copilot.understanding.conditions.units import Unit, unit_of
from understanding.asking import draft_of, limits, plan_of

UNITS = [
    ("over 3 kg", Unit("product_weight_g", 1000.0)),
    ("over 3 g", Unit("product_weight_g", 1.0)),
    ("over R$ 3", Unit("money", 1.0)),
    ("over 3 reais", Unit("money", 1.0)),
    ("over 3 %", Unit("percent", 1.0)),
    ("over 3 days", Unit("days", 1.0)),
    ("over 3 weeks", Unit("days", 7.0)),
    ("over 3 hours", Unit("hours", 1.0)),
    ("mais de 3 dias", Unit("days", 1.0)),
    ("mais de 3 meses", Unit("days", 30.0)),
    ("a partir das 3h", Unit("order_hour", 1.0)),
    ("em mais de 3h", Unit("hours", 1.0)),
    ("over 3 zigzags", Unit("", 1.0)),
]


@pytest.mark.parametrize(("text", "unit"), UNITS)
def test_units(text: str, unit: Unit) -> None:
    draft = draft_of(text)
    number = next(i for i, item in enumerate(draft.items) if item.kind == "number")
    assert unit_of(draft, number) == unit


def test_kilograms_are_compared_in_grams() -> None:
    assert limits(plan_of("products heavier than 2 kg")) == [("product_weight_g", ">", 2000)]


def test_times_are_instalments_where_something_is_paid() -> None:
    draft = draft_of("credit card payments in over 8 x")
    number = next(i for i, item in enumerate(draft.items) if item.kind == "number")
    assert unit_of(draft, number).name == "payment_installments"
