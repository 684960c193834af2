from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, Condition, Plan, Special, by_time, count_of, measure_of
from crm_copilot.understanding.measures import as_part_of
from crm_copilot.understanding.misgivings import misgivings
from understanding.asking import YEAR_17, YEAR_18, draft_of, reading_of

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


BOTH_YEARS = Plan((ORDERS,), (by_time("year"), By("customer_state")), periods=(YEAR_17, YEAR_18))


@pytest.mark.parametrize(
    "question",
    [
        "payments that differ from the order value",
        "orders whose payment differs by more than R$ 5",
    ],
)
def test_amounts_of_one_row_are_not_compared(question: str) -> None:
    assert "amounts of a row that differ" in dict(misgivings(draft_of(question), Plan((ORDERS,))))


@pytest.mark.parametrize(
    "question",
    [
        "which states had more orders in 2018 than in 2017?",
        "In which states was revenue higher in 2018 than in 2017?",
        "em quais estados a receita foi menor em 2018 do que em 2017?",
        "quais estados venderam mais em 2018 do que em 2017?",
    ],
)
def test_groups_that_rose_are_not_told_by_both_periods(question: str) -> None:
    assert "which groups rose or fell" in dict(misgivings(draft_of(question), BOTH_YEARS))


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("was revenue higher in 2018 than in 2017?", BOTH_YEARS.but(by=(by_time("year"),))),
        ("which states had more than 20 orders in 2017 and in 2018?", BOTH_YEARS),
        ("which states sold more in 2018 than in 2017?", BOTH_YEARS.but(transform="growth")),
    ],
)
def test_both_periods_may_be_the_answer(question: str, plan: Plan) -> None:
    assert "which groups rose or fell" not in dict(misgivings(draft_of(question), plan))


@pytest.mark.parametrize(
    ("question", "doubted"),
    [("orders in Apr 18", True), ("receita em ago 17 por estado", True), ("orders on April 18th", False),
     ("orders in Apr 2018", False), ("orders on April 18, 2017", False), ("receita de 18 de agosto de 2017", False)],
)  # fmt: skip
def test_a_day_that_may_be_a_year(question: str, doubted: bool) -> None:
    assert ("a day or a year" in dict(misgivings(draft_of(question), Plan((ORDERS,))))) is doubted


def test_of_two_periods_one_may_be_that_of_the_condition() -> None:
    apart = reading_of("revenue in 2018 by seller with over 100 orders placed in 2017 by customers")
    assert apart.plan is None or apart.confidence < 0.6
    assert reading_of("revenue by seller with over 100 orders, 2017 and 2018").confidence > 0.6
