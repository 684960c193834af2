"""What a fragment puts in place: another aggregation, another value, the period beside, limits, shares, units."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crm_copilot.domain import LinkedValue, Period
from crm_copilot.library.plan import (
    By,
    Condition,
    Having,
    Measure,
    Plan,
    aggregate_of,
    by_time,
    count_of,
    distinct_of,
    measure_of,
)
from crm_copilot.understanding.followup import merge
from understanding.asking import CALENDAR, YEAR_17, YEAR_18, link

REVENUE, ORDERS, LATE = measure_of("revenue"), count_of("order"), measure_of("late_rate")
DAYS, PRICE = aggregate_of("delivery_days"), aggregate_of("price")
SP, RJ = Condition("customer_state", "==", "SP"), Condition("customer_state", "==", "RJ")
STATE, CATEGORY, SELLER = By("customer_state"), By("product_category"), By("seller_id")
NOVEMBER = Period(date(2017, 11, 1), date(2017, 12, 1), "November 2017")
OCTOBER = Period(date(2017, 10, 1), date(2017, 11, 1), "October 2017")
QUARTER = Period(date(2018, 1, 1), date(2018, 4, 1), "Q1 2018")


def after(question: str, before: Plan, *links: LinkedValue) -> Plan:
    reading = merge(question, before, links, CALENDAR)
    assert reading is not None
    assert reading.plan is not None
    assert reading.confidence > 0.85, dict(reading.doubts)
    return reading.plan


AGGREGATES: list[tuple[str, Measure, Measure]] = [
    ("median instead", DAYS, aggregate_of("delivery_days", "median")),
    ("mediana em vez da média", DAYS, aggregate_of("delivery_days", "median")),
    ("and the maximum?", PRICE, aggregate_of("price", "max")),
    ("median instead of the average", measure_of("aov"), aggregate_of("order_value", "median")),
    ("average instead of total", aggregate_of("payment_value", "sum"), aggregate_of("payment_value", "mean")),
    ("the most expensive one?", PRICE, aggregate_of("price", "max")),
]


@pytest.mark.parametrize(("question", "before", "wanted"), AGGREGATES, ids=[question for question, *_ in AGGREGATES])
def test_another_aggregation_of_the_same_quantity(question: str, before: Measure, wanted: Measure) -> None:
    assert after(question, Plan((before,), where=(SP,))) == Plan((wanted,), where=(SP,))


def test_an_aggregation_may_stand_beside_the_other() -> None:
    assert after("and the median too", Plan((DAYS,))).measures == (DAYS, aggregate_of("delivery_days", "median"))


def test_money_after_a_total_is_a_total() -> None:
    assert after("what about freight?", Plan((REVENUE,))).measures[0].agg == "sum"
    assert after("what about freight?", Plan((PRICE,))).measures[0].agg == "mean"
    assert after("and average freight?", Plan((REVENUE,))).measures[0].agg == "mean"


UNITS: list[tuple[str, Measure]] = [
    ("by units", count_of("item")), ("em quantidade", count_of("item")), ("in money", REVENUE), ("em valor?", REVENUE),
]  # fmt: skip


@pytest.mark.parametrize(("question", "wanted"), UNITS)
def test_a_ranking_in_other_units(question: str, wanted: Measure) -> None:
    before = Plan((REVENUE if wanted != REVENUE else ORDERS,), (CATEGORY,), order="desc", limit=5)
    assert after(question, before) == before.but(measures=(wanted,))


PERIODS: list[tuple[str, Period, Period]] = [
    ("and the month before?", NOVEMBER, OCTOBER),
    ("e no mês anterior?", NOVEMBER, OCTOBER),
    ("the year before?", YEAR_18, YEAR_17),
    ("the following year", YEAR_17, YEAR_18),
    ("and the year before?", NOVEMBER, Period(date(2016, 11, 1), date(2016, 12, 1), "November 2016")),
    ("the quarter after that", QUARTER, Period(date(2018, 4, 1), date(2018, 7, 1), "Q2 2018")),
    ("previous quarter?", QUARTER, Period(date(2017, 10, 1), date(2018, 1, 1), "Q4 2017")),
]


@pytest.mark.parametrize(("question", "before", "wanted"), PERIODS, ids=[question for question, *_ in PERIODS])
def test_the_period_beside(question: str, before: Period, wanted: Period) -> None:
    assert after(question, Plan((REVENUE,), where=(SP,), periods=(before,))).periods == (wanted,)


def test_both_periods_where_they_are_compared() -> None:
    before = Plan((LATE,), periods=(YEAR_18,))
    assert after("compare that with the year before", before) == before.but(
        periods=(YEAR_17, YEAR_18), by=(by_time("year"),)
    )


def test_growth_over_the_quarter_before_keeps_the_periods() -> None:
    before = Plan((REVENUE,), (by_time("quarter"),), periods=(YEAR_18,))
    assert after("with the growth over the previous quarter", before) == before.but(transform="growth")


def test_a_month_before_a_year_is_doubted() -> None:
    reading = merge("and the month before?", Plan((REVENUE,), periods=(YEAR_18,)), [], CALENDAR)
    assert reading is None or reading.confidence < 0.6


def test_a_value_is_put_beside_the_others() -> None:
    both = Plan((ORDERS,), (STATE,), (Condition("customer_state", "in", ("SP", "RJ")),))
    assert after("add MG", both).where == (Condition("customer_state", "in", ("SP", "RJ", "MG")),)
    assert after("add RJ", Plan((ORDERS,), where=(SP,))) == Plan(
        (ORDERS,), (STATE,), (Condition("customer_state", "in", ("SP", "RJ")),)
    )


def test_one_value_takes_the_place_of_the_other() -> None:
    monthly = Plan((ORDERS,), (by_time("month"),), (SP,))
    assert after("swap SP for BA", monthly) == monthly.but(where=(Condition("customer_state", "==", "BA"),))


def test_a_value_is_taken_out() -> None:
    several = Plan((ORDERS,), (STATE,), (Condition("customer_state", "in", ("SP", "RJ", "MG")),))
    assert after("without SP", several).where == (Condition("customer_state", "in", ("RJ", "MG")),)
    assert after("tira SP", Plan((ORDERS,), (STATE,))).where == (Condition("customer_state", "!=", "SP"),)


def test_a_city_named_like_a_state_is_the_state_after_a_state() -> None:
    question = "e no Rio de Janeiro?"
    found = link(question, "Rio de Janeiro", "customer_city", "rio de janeiro")
    assert after(question, Plan((DAYS,), where=(SP,)), found).where == (RJ,)
    assert after(question, Plan((DAYS,)), found).where == (Condition("customer_city", "==", "rio de janeiro"),)


def test_of_sellers_a_place_is_theirs() -> None:
    ranking = Plan((REVENUE,), (SELLER,), order="desc", limit=5)
    assert after("only SP", ranking).where == (Condition("seller_state", "==", "SP"),)
    assert after("only customers from SP", ranking).where == (SP,)


def test_what_excludes_the_other_takes_its_place() -> None:
    late = Plan((measure_of("average_review_score"),), where=(Condition("is_late"),))
    assert after("and those on time?", late).where == (Condition("is_on_time"),)


def test_a_limit_on_what_is_measured() -> None:
    by_state = Plan((count_of("seller"),), (By("seller_state"),))
    limit = Having("seller_state", count_of("seller"), ">", 20)
    assert after("only the ones with more than 20 of them", by_state).having == (limit,)
    assert after("remove those with fewer than 20", by_state).having == (replace(limit, op=">="),)
    assert after("drop states with under 20 sellers", by_state).having == (replace(limit, op=">="),)


def test_a_limit_on_something_else_is_about_the_groups_that_there_are() -> None:
    rated = Plan((LATE,), (STATE,))
    assert after("only those with at least 100 orders", rated).having == (Having("customer_state", ORDERS, ">=", 100),)


def test_how_many_groups_there_are() -> None:
    limited = Plan((count_of("customer"),), (STATE,), having=(Having("customer_state", ORDERS, ">=", 50),))
    plan = after("how many states are that?", limited)
    assert plan == limited.but(measures=(distinct_of("customer_state"),), by=())


def test_a_share_keeps_where_it_happened() -> None:
    late = Plan((ORDERS,), where=(Condition("is_late"), SP), periods=(YEAR_18,))
    inside = after("in percent?", late)
    assert inside.where == (SP,)
    assert inside.measures[0].part == (Condition("is_late"),)
    delivered = after("as a percentage of the delivered ones", late)
    assert (delivered.where, delivered.measures[0].part) == ((SP,), (Condition("is_late"),))
    assert delivered.measures[0].where == (Condition("has_delivery"),)
    whole = after("what percentage of all orders is that?", late)
    assert (whole.where, set(whole.measures[0].part)) == ((), {Condition("is_late"), SP})


def test_a_rate_drops_the_filter_that_it_counts() -> None:
    closed = Plan((count_of("lead"),), where=(Condition("is_closed"),))
    assert after("so what's the conversion rate?", closed) == Plan((measure_of("conversion_rate"),))


def test_the_best_of_what_was_measured() -> None:
    rates = Plan((LATE,), periods=(YEAR_18,))
    worst = after("which states are the worst? top 5", rates)
    assert (worst.measures, worst.by, worst.order, worst.limit) == ((LATE,), (STATE,), "desc", 5)
    weekdays = Plan((ORDERS,), (by_time("weekday"),))
    assert after("which day is the strongest?", weekdays) == weekdays.but(order="desc", limit=1)


def test_the_only_row_gets_one_more_number() -> None:
    first = Plan((count_of("item"),), (CATEGORY,), order="desc", limit=1)
    assert after("and what is its revenue?", first) == first.but(measures=(count_of("item"), REVENUE))


def test_how_many_elsewhere_counts_the_same() -> None:
    sellers = Plan((count_of("seller"),), where=(Condition("seller_state", "==", "PR"),))
    assert after("and how many in SP?", sellers) == sellers.but(where=(Condition("seller_state", "==", "SP"),))


@pytest.mark.parametrize("question", ["and also, what was the revenue by category?", "also how many sellers are there"])
def test_also_may_begin_a_question_of_its_own(question: str) -> None:
    reading = merge(question, Plan((ORDERS,), (STATE,)), [], CALENDAR)
    assert reading is None or (reading.plan is not None and ORDERS not in reading.plan.measures)
