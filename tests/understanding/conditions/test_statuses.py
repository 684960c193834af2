from __future__ import annotations

from crm_copilot.library.plan import Condition
from crm_copilot.understanding.conditions.statuses import join_statuses
from understanding.asking import draft_of, limits, plan_of


def test_an_order_has_one_status_only() -> None:
    (limit,) = limits(plan_of("orders canceled or unavailable"))
    assert limit[:2] == ("order_status", "in")
    assert set(limit[2]) == {"canceled", "unavailable"}  # type: ignore[call-overload]


def test_one_status_stays_as_it_is() -> None:
    draft = draft_of("delivered orders")
    draft.where = [(0, Condition("is_delivered"))]
    join_statuses(draft)
    assert draft.where == [(0, Condition("is_delivered"))]


def test_statuses_that_are_left_out_are_left_out_together() -> None:
    draft = draft_of("orders")
    draft.where = [(0, Condition("is_canceled", "is not")), (1, Condition("order_status", "!=", "unavailable"))]
    join_statuses(draft)
    assert draft.where == [(0, Condition("order_status", "not in", ("canceled", "unavailable")))]
