from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, Plan, by_time, count_of, measure_of
from crm_copilot.understanding.text import language_of
from understanding.asking import CALENDAR, YEAR_17, YEAR_18, line, link, plan_of, reading_of

WHOLE: list[tuple[str, Plan]] = [
    ("How many orders were placed in 2017?", Plan((count_of("order"),), periods=(YEAR_17,))),
    ("Quantos pedidos foram feitos em 2017?", Plan((count_of("order"),), periods=(YEAR_17,))),
    ("Receita por estado em 2018", Plan((measure_of("revenue"),), (By("customer_state"),), periods=(YEAR_18,))),
    ("top 3 categories by revenue", Plan((measure_of("revenue"),), (By("product_category"),), order="desc", limit=3)),
    (
        "orders, customers and revenue by quarter",
        Plan((count_of("order"), count_of("customer"), measure_of("revenue")), (by_time("quarter"),)),
    ),
]


@pytest.mark.parametrize(("question", "plan"), WHOLE, ids=[question for question, _ in WHOLE])
def test_a_question_becomes_a_plan(question: str, plan: Plan) -> None:
    assert plan_of(question) == plan


def test_the_language_of_the_question_is_kept() -> None:
    assert reading_of("Quantos pedidos?").language == "pt" == language_of("Quantos pedidos?")


def test_what_the_data_do_not_hold_is_named() -> None:
    reading = reading_of("profit by product")
    assert (reading.plan, reading.scope, reading.confidence) == (None, "costs", 0.0)


def test_unknown_words_make_the_reading_less_sure() -> None:
    sure, unsure = reading_of("How many orders?"), reading_of("How many orders were zigzagged?")
    assert unsure.unread == ("zigzagged",)
    assert unsure.confidence < sure.confidence


def test_small_misspellings_are_read_with_a_doubt() -> None:
    reading = reading_of("delivary time by state")
    assert reading.plan == plan_of("delivery time by state")
    assert 0.9 < reading.confidence < 0.97


def test_a_value_of_the_data_becomes_a_condition() -> None:
    question = "How many orders from uberaba?"
    plan = plan_of(question, link(question, "uberaba", "customer_city", "uberaba"))
    assert [(c.field, c.value) for c in plan.where] == [("customer_city", "uberaba")]


def test_the_asking_clause_is_read_without_its_reason() -> None:
    plan = plan_of("We are about to move our warehouse. Which state has the most orders?")
    assert plan == plan_of("Which state has the most orders?")


def test_examples_in_brackets_change_nothing() -> None:
    assert plan_of("revenue by state (for example SP)") == plan_of("revenue by state")


def test_relative_periods_count_from_the_last_day_of_the_data() -> None:
    (period,) = plan_of("revenue last month").periods
    assert period.end <= CALENDAR.last
    assert (period.start.year, period.start.month) == (2018, 7)


def test_a_bracket_at_the_end_may_say_in_full_what_is_computed() -> None:
    assert line("Do states differ in taste? (number of items by customer state and category)") == (
        "count item | by customer_state, product_category"
    )
    assert line("lifetime value (total spent per customer) by state").endswith("by customer_state")
