"""Fragments about the last two answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_copilot.library.plan import By, Condition, Plan, by_time, count_of, measure_of
from crm_copilot.understanding.followup import merge
from understanding.asking import CALENDAR, YEAR_17, YEAR_18

REVENUE, ORDERS = measure_of("revenue"), count_of("order")
SP, RJ = Condition("customer_state", "==", "SP"), Condition("customer_state", "==", "RJ")
BOTH = Condition("customer_state", "in", ("SP", "RJ"))
IN_18, IN_17 = Plan((REVENUE,), periods=(YEAR_18,)), Plan((REVENUE,), periods=(YEAR_17,))
OF_SP, OF_RJ = Plan((REVENUE,), where=(SP,)), Plan((REVENUE,), where=(RJ,))

QUESTIONS: list[tuple[str, Plan, Plan, Plan]] = [
    ("how much growth is that in percent?", IN_18, IN_17,
     IN_18.but(periods=(YEAR_17, YEAR_18), by=(By("period"),), transform="growth")),
    ("qual foi a variação percentual?", IN_17, IN_18,
     IN_18.but(periods=(YEAR_17, YEAR_18), by=(By("period"),), transform="growth")),
    ("compare the two", IN_17, IN_18, IN_18.but(periods=(YEAR_17, YEAR_18), by=(By("period"),))),
    ("both together?", OF_SP, OF_RJ, OF_SP.but(where=(BOTH,))),
    ("e os dois juntos?", OF_SP, OF_RJ, OF_SP.but(where=(BOTH,))),
    ("side by side", OF_SP, OF_RJ, OF_SP.but(where=(BOTH,), by=(By("customer_state"),))),
    ("how many orders did each of the two have?", OF_SP, OF_RJ,
     Plan((ORDERS,), (By("customer_state"),), where=(BOTH,))),
]  # fmt: skip


@pytest.mark.parametrize(("question", "earlier", "before", "wanted"), QUESTIONS, ids=[q for q, *_ in QUESTIONS])
def test_two_answers_become_one(question: str, earlier: Plan, before: Plan, wanted: Plan) -> None:
    reading = merge(question, before, [], CALENDAR, earlier)
    assert reading is not None
    assert reading.plan == wanted
    assert reading.confidence > 0.9


def test_the_shares_of_two_are_added_in_what_they_are_of() -> None:
    one, other = (Plan((replace(ORDERS, part=(state,)),)) for state in (SP, RJ))
    reading = merge("both together?", other, [], CALENDAR, one)
    assert reading is not None
    assert reading.plan == Plan((replace(ORDERS, part=(BOTH,)),))


@pytest.mark.parametrize(
    "earlier", [None, OF_SP, IN_17.but(by=(by_time("month"),)), Plan((ORDERS,), (), (), (YEAR_17,))]
)
def test_answers_that_differ_in_more_are_not_put_together(earlier: Plan | None) -> None:
    reading = merge("both together?", IN_18, [], CALENDAR, earlier)
    assert reading is None or reading.plan is None or reading.plan.periods == (YEAR_18,)
