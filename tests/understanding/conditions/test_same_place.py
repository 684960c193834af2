"""Routes: from the seller's state to the customer's, without those that stay in one state."""

from __future__ import annotations

import pytest

from understanding.asking import keys, limits, plan_of


@pytest.mark.parametrize(
    "question",
    [
        "orders by seller state and customer state, excluding those where both states are the same",
        "top 8 routes from state to state by revenue, ignoring sales within the same state",
        "pedidos por rota de estado para estado, sem contar os que ficam no mesmo estado",
    ],
)
def test_routes_within_a_state_are_left_out(question: str) -> None:
    plan = plan_of(question)
    assert sorted(keys(plan)) == ["customer_state", "seller_state"]
    assert limits(plan) == [("is_other_state", "is", True)]


def test_routes_within_a_state_may_be_all_that_is_wanted() -> None:
    assert limits(plan_of("how many orders stayed within the same state?")) == [("is_same_state", "is", True)]
