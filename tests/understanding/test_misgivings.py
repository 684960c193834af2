from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, Condition, Plan, Special, count_of, measure_of
from crm_copilot.understanding.measures import as_part_of
from crm_copilot.understanding.misgivings import misgivings
from understanding.asking import draft_of

ORDERS = count_of("order")
LATE = (Condition("is_late"),)

DOUBTED = [
    ("what percentage of orders", Plan((ORDERS,)), "what the percentage is of"),
    ("share of late orders", Plan((as_part_of(ORDERS, LATE, ()),), where=LATE), "a share of what is_late has chosen"),
    ("orders by order", Plan((ORDERS,), (By("order_id"),)), "order counted by itself"),
    ("for each of the top 5 states the best seller", Plan((ORDERS,), (By("seller_id"),)), "a ranking inside a ranking"),
    ("highest and lowest revenue", Plan((ORDERS,), (By("seller_id"),), order="desc"), "highest or lowest"),
    ("orders by customer", Plan((ORDERS,), (By("customer_unique_id"),)), "a row for each of many"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "plan", "reason"), DOUBTED, ids=[reason for *_, reason in DOUBTED])
def test_doubts_about_a_plan(question: str, plan: Plan, reason: str) -> None:
    assert reason in dict(misgivings(draft_of(question), plan))


def test_a_number_that_got_lost_is_doubted() -> None:
    draft = draft_of("top 7 states by revenue")
    number = next(i for i, item in enumerate(draft.items) if item.kind == "number")
    draft.use(number, "limit")
    plan = Plan((measure_of("revenue"),), (By("customer_state"),), order="desc")
    assert "7 got lost" in dict(misgivings(draft, plan))
    assert not dict(misgivings(draft, plan.but(limit=7)))


def test_a_special_function_is_not_doubted() -> None:
    assert not list(misgivings(draft_of("what percentage came back"), Plan(special=Special("cohort_retention"))))
