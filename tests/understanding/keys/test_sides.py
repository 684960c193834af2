from __future__ import annotations

import pytest

from understanding.asking import keys, plan_of


@pytest.mark.parametrize(
    ("question", "field"),
    [("orders by state", "customer_state"), ("revenue by seller state", "seller_state"),
     ("number of sellers by state", "seller_state"), ("number of customers by city", "customer_city")],
)  # fmt: skip
def test_whose_state_it_is(question: str, field: str) -> None:
    assert keys(plan_of(question)) == [field]


def test_places_of_ranked_sellers_are_theirs() -> None:
    assert keys(plan_of("top 2 sellers of each state by revenue")) == ["seller_state", "seller_id"]
    assert keys(plan_of("new sellers by region")) == ["seller_region"]
    assert keys(plan_of("best seller of each region by revenue")) == ["seller_region", "seller_id"]
