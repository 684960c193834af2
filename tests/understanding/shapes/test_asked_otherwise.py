"""Shapes that are asked for in other words than their own."""

from __future__ import annotations

import pytest

from understanding.asking import line


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("orders by part of day, Q1 2018 vs Q2 2018", "count order | by daypart, quarter"),
        ("frequency distribution of order status, counts", "count order | by order_status"),
        ("please share revenue by state", "revenue | by customer_state"),
        ("months sorted by number of orders", "count order | by month | desc"),
        ("orders hour distribution on weekends", "count order | by hour | where is_weekend"),
        ("which sellers make up 60% of revenue", "revenue | by seller_id | as reach_list | percent 60"),
        ("find how many orders have a value above 300 reais", "count order | where order_value > 300"),
        ("is the price correlated with the review score", "correlate price, review_score"),
        ("revenue in the South vs elsewhere", "revenue | by customer_region only 'South'"),
    ],
)
def test_a_shape_in_other_words(question: str, plan: str) -> None:
    assert line(question).split(" | in ")[0] == plan
