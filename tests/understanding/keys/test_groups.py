from __future__ import annotations

import pytest

from understanding.asking import keys, plan_of


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("orders by payment type and month", ["payment_type", "month"]),
        ("quantos pedidos em cada dia da semana", ["weekday"]),
        ("revenue by product category", ["product_category"]),
        ("leads by origin", ["origin"]),
        ("distribution of review scores", ["review_score"]),
        ("number of customers by number of orders", ["customer_orders"]),
        ("monthly revenue", ["month"]),
    ],
)
def test_keys(question: str, fields: list[str]) -> None:
    assert keys(plan_of(question)) == fields


def test_a_quantity_of_many_values_is_put_in_bands() -> None:
    (key,) = plan_of("number of orders by delivery time").by
    assert key.field == "delivery_days"
    assert len(key.bins) > 2


def test_a_score_is_not() -> None:
    (key,) = plan_of("number of orders by review score").by
    assert (key.field, key.bins) == ("review_score", ())


def test_groups_that_only_limit_the_rows_are_no_keys() -> None:
    assert keys(plan_of("revenue from states with at least 100 orders")) == []
    assert keys(plan_of("conversion rate of landing pages with at least 100 leads")) == ["landing_page_id"]
    assert keys(plan_of("revenue by state, only states with at least 100 orders")) == ["customer_state"]


def test_a_grain_crossed_with_another() -> None:
    assert keys(plan_of("dia da semana x hora: número de pedidos")) == ["weekday", "hour"]
