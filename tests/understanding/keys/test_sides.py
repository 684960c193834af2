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
