from __future__ import annotations

import pytest

from understanding.asking import group_limits, limits, plan_of


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("how many orders above R$ 700", "order_value"),
        ("how many items above R$ 700", "price"),
        ("how many orders took over 20 days to deliver", "delivery_days"),
        ("how many orders were late by more than 6 days", "delay_days"),
        ("how many deals closed in under 12 days", "sales_cycle_days"),
    ],
)
def test_the_field_of_a_row(question: str, field: str) -> None:
    assert field in [name for name, _, _ in limits(plan_of(question))]


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("sellers with more than 70 orders", "orders"),
        ("average review score below 3 by seller", "average_review_score"),
        ("sellers with revenue above R$ 9000", "revenue"),
    ],
)
def test_the_measure_of_a_group(question: str, measure: str) -> None:
    assert [name for _, name, _, _ in group_limits(plan_of(question))] == [measure]
