"""A ranking that names both of its ends begins with the first and shows all."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, aggregate_of
from understanding.asking import plan_of

RANKINGS = [
    ("regions from the fastest to the slowest delivery", "delivery_days", "asc"),
    ("regions from slowest to fastest delivery", "delivery_days", "desc"),
    ("regiões da mais barata pra mais cara", "price", "asc"),
]


@pytest.mark.parametrize(("question", "field", "order"), RANKINGS, ids=[ranking[0] for ranking in RANKINGS])
def test_the_first_end_is_the_direction(question: str, field: str, order: str) -> None:
    plan = plan_of(question)
    assert (plan.measures, plan.by) == ((aggregate_of(field),), (By("customer_region"),))
    assert (plan.order, plan.limit) == (order, None)


def test_two_extremes_are_still_two() -> None:
    assert [m.agg for m in plan_of("the fastest and the slowest delivery").measures] == ["min", "max"]
