"""Fragments that are read as a whole: something is taken away, the order is turned, the first rows are cut."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, Condition, Having, Plan, by_time, count_of, measure_of
from crm_copilot.understanding.followup import merge
from understanding.asking import CALENDAR, YEAR_17, YEAR_18

REVENUE, ORDERS = measure_of("revenue"), count_of("order")
TOYS, IN_SP = Condition("product_category", "==", "toys"), Condition("customer_state", "==", "SP")
FULL = Plan((REVENUE,), (By("product_category"),), (IN_SP,), (YEAR_18,), order="desc", limit=5)
BY_STATE = Plan((REVENUE,), (By("customer_state"),), (TOYS,), (YEAR_18,))

CHANGES: list[tuple[str, Plan, Plan]] = [
    ("drop the year", FULL, FULL.but(periods=())),
    ("ok, forget about the period please", FULL, FULL.but(periods=())),
    ("sem o ano", FULL, FULL.but(periods=())),
    ("remove the state filter", FULL, FULL.but(where=())),
    ("tira o estado", FULL, FULL.but(where=())),
    ("without the filters", FULL, FULL.but(where=())),
    ("remove the limit", FULL, FULL.but(limit=None)),
    ("okay and the whole country", FULL, FULL.but(where=())),
    ("e no Brasil todo?", FULL, FULL.but(where=())),
    ("and for all categories?", BY_STATE, BY_STATE.but(where=())),
    ("now for all categories together", BY_STATE, BY_STATE.but(where=())),
    ("all time", BY_STATE, BY_STATE.but(periods=())),
    ("de todos os anos", BY_STATE, BY_STATE.but(periods=())),
    ("actually just the total", BY_STATE, BY_STATE.but(by=())),
    ("e no total?", BY_STATE, BY_STATE.but(by=())),
    ("overall?", Plan((ORDERS,), where=(IN_SP,)), Plan((ORDERS,))),
    ("the other way round", FULL, FULL.but(order="asc")),
    ("sort it in reverse order please", BY_STATE, BY_STATE.but(order="asc")),
    ("ao contrário", FULL.but(order="asc"), FULL),
    ("the first 10", FULL, FULL.but(limit=10)),
    ("make it 10", FULL, FULL.but(limit=10)),
    ("sum it up", BY_STATE, BY_STATE.but(by=())),
    ("back to the absolute values", BY_STATE.but(transform="share"), BY_STATE),
    ("quero ver só as 8 primeiras", BY_STATE, BY_STATE.but(order="desc", limit=8)),
    ("order from cheapest to most expensive", BY_STATE, BY_STATE.but(order="asc")),
    ("highest first", FULL.but(order="asc"), FULL),
]


@pytest.mark.parametrize(("question", "before", "after"), CHANGES, ids=[question for question, *_ in CHANGES])
def test_a_fragment_is_read_as_a_whole(question: str, before: Plan, after: Plan) -> None:
    reading = merge(question, before, [], CALENDAR)
    assert reading is not None
    assert reading.plan == after
    assert reading.confidence > 0.9
    assert reading.unread == ()


@pytest.mark.parametrize(
    "question", ["drop the year and the mic", "the whole story", "forget it", "reverse engineer the data"]
)
def test_other_words_are_no_such_fragment(question: str) -> None:
    """What a pattern does not cover is left to the rest of the grammar, which does not know these words."""
    reading = merge(question, FULL, [], CALENDAR)
    assert reading is None or reading.plan is None or reading.confidence < 0.7


def test_what_is_not_there_is_not_taken_away() -> None:
    assert merge("drop the year", Plan((REVENUE,), (By("customer_state"),)), [], CALENDAR) is None


def test_limits_on_groups_and_other_periods_stay() -> None:
    limited = BY_STATE.but(having=(Having("customer_state", ORDERS, ">=", 50),))
    reading = merge("drop the year", limited, [], CALENDAR)
    assert reading is not None
    assert reading.plan == limited.but(periods=())


def test_a_series_over_time_loses_its_time() -> None:
    monthly = Plan((REVENUE,), (By("customer_state"), by_time("month")), periods=())
    reading = merge("forget the month", monthly, [], CALENDAR)
    assert reading is not None
    assert reading.plan == monthly.but(by=(By("customer_state"),))


def test_a_conversation_keeps_its_filters_over_several_turns() -> None:
    plan = Plan((REVENUE,), where=(IN_SP,), periods=(YEAR_17,))
    for question in ("by category", "top 3", "and in 2018?", "the other way round"):
        reading = merge(question, plan, [], CALENDAR)
        assert reading is not None
        assert reading.plan is not None
        plan = reading.plan
    assert plan == Plan(
        (REVENUE,), (By("product_category"),), (IN_SP,), (YEAR_18,), order="asc", limit=3,
    )  # fmt: skip
