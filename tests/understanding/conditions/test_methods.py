"""How many ways a thing was paid in, and what an order holds several of."""

from __future__ import annotations

import pytest

from understanding.asking import group_limits, line, plan_of


@pytest.mark.parametrize(
    ("question", "op", "number"),
    [
        ("how many orders were paid in more than one way?", ">", 1),
        ("how many orders were settled with exactly two methods?", "==", 2),
        ("how many orders were paid using at least 3 different methods?", ">=", 3),
        ("quantos pedidos foram pagos com mais de uma forma?", ">", 1),
    ],
)
def test_ways_of_paying_an_order(question: str, op: str, number: int) -> None:
    assert group_limits(plan_of(question)) == [("order_id", "different_payment_type", op, number)]


def test_ways_of_paying_of_a_customer() -> None:
    question = "how many customers have paid in several ways?"
    assert line(question) == "count customer | having customer_unique_id: distinct payment_type > 1"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what share of orders holds products from two or more sellers?", "part order_id: count seller >= 2"),
        ("how many orders contain products of more than one seller?", "order_id: count seller > 1"),
        ("how many orders have items of different categories?", "order_id: count category > 1"),
        ("how many products are sold by more than one seller?", "product_id: count seller > 1"),
    ],
)
def test_orders_are_limited_by_what_they_hold(question: str, expected: str) -> None:
    assert line(question).endswith(f"having {expected}")


def test_different_months_are_counted() -> None:
    question = "which customers ordered in at least 4 different months?"
    assert group_limits(plan_of(question)) == [("customer_unique_id", "different_purchase_month", ">=", 4)]
