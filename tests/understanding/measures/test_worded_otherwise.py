"""Measures that are asked for in other words than their own."""

from __future__ import annotations

import pytest

from understanding.asking import line


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("the most expensive categories on average", "mean price | by product_category | desc 10"),
        ("voucher payments by month, value", "sum payment_value | by month | where payment_type == 'voucher'"),
        ("how many voucher payments by month", "count payment | by month | where payment_type == 'voucher'"),
        ("review response time in hours by month", "mean review_response_hours | by month"),
        ("GMV, # orders and # customers by region", "revenue, count order, count customer | by customer_region"),
        ("customers by state who rated us 2 stars", "count customer | by customer_state | where review_score == 2"),
    ],
)
def test_a_measure_in_other_words(question: str, plan: str) -> None:
    assert line(question) == plan
