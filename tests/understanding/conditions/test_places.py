from __future__ import annotations

import pytest

from crm_copilot.understanding.conditions.places import twin
from understanding.asking import limits, link, plan_of


def test_twins() -> None:
    assert twin("customer_state") == "seller_state"
    assert twin("seller_city") == "customer_city"
    assert twin("product_category") == "product_category"


@pytest.mark.parametrize(
    ("question", "field"),
    [("how many sellers are in PR?", "seller_state"), ("how many customers are in PR?", "customer_state"),
     ("revenue of sellers from PR", "seller_state"), ("revenue of PR", "customer_state")],
)  # fmt: skip
def test_whose_place_it_is(question: str, field: str) -> None:
    assert [name for name, _, _ in limits(plan_of(question))] == [field]


def test_the_state_in_brackets_explains_the_city() -> None:
    question = "orders from são paulo (SP)"
    plan = plan_of(question, link(question, "são paulo", "customer_city", "sao paulo"))
    assert limits(plan) == [("customer_state", "==", "SP")]
