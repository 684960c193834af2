from __future__ import annotations

import pytest

from understanding.asking import group_limits, limits, plan_of, reading_of

ROWS = [
    ("pedidos acima de R$ 800", ("order_value", ">", 800)),
    ("orders between R$ 200 and R$ 350", ("order_value", "between", (200, 350))),
    ("orders delivered in less than 4 days", ("delivery_days", "<", 4)),
    ("orders of R$ 450 or more", ("order_value", ">=", 450)),
    ("how many orders were delivered within a week?", ("delivery_days", "<=", 7)),
]
GROUPS = [
    ("sellers with at least 25 orders", ("seller_id", "orders", ">=", 25)),
    ("vendedores com pelo menos 30 pedidos", ("seller_id", "orders", ">=", 30)),
    ("orders with more than 3 items", ("order_id", "items", ">", 3)),
    ("customers with 4 orders or more", ("customer_unique_id", "orders", ">=", 4)),
    ("revenue by state, only states with more than 60 orders", ("customer_state", "orders", ">", 60)),
]


@pytest.mark.parametrize(("question", "limit"), ROWS)
def test_rows_are_limited(question: str, limit: tuple[str, str, object]) -> None:
    assert limit in limits(plan_of(question))


@pytest.mark.parametrize(("question", "limit"), GROUPS)
def test_groups_are_limited(question: str, limit: tuple[str, str, str, object]) -> None:
    assert group_limits(plan_of(question)) == [limit]


def test_what_is_left_out_turns_the_comparison_round() -> None:
    plan = plan_of("revenue by seller, excluding those with fewer than 15 orders")
    assert group_limits(plan) == [("seller_id", "orders", ">=", 15)]


def test_a_range_without_its_end_is_doubted() -> None:
    assert "a range without its end" in reading_of("sellers with between 10 orders").doubts
