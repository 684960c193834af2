"""Fragments about the rows of a ranking: all of them, or the one at a place."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, Condition, Having, Plan, count_of, measure_of
from crm_copilot.understanding.followup import merge
from understanding.asking import CALENDAR

REVENUE, SCORE, ORDERS = measure_of("revenue"), measure_of("average_review_score"), count_of("order")
SELLER, CATEGORY, MONTH = By("seller_id"), By("product_category"), By("time", "month")
SELLERS = Plan((REVENUE,), (SELLER,), order="desc", limit=10)
CATEGORIES = Plan((REVENUE,), (CATEGORY,), order="desc", limit=5)
BEST = CATEGORIES.but(limit=1)
ITS_PLACE = (By("seller_city"), By("seller_state"))


def told(question: str, before: Plan) -> Plan:
    """Return what a fragment makes of a plan, surely read."""
    reading = merge(question, before, [], CALENDAR)
    assert reading is not None
    assert reading.plan is not None
    assert reading.confidence > 0.8, reading.doubts
    return reading.plan


@pytest.mark.parametrize(
    ("question", "before", "after"),
    [
        ("what's the average review score of those five?", CATEGORIES, CATEGORIES.but(measures=(REVENUE, SCORE))),
        ("qual a nota média dessas categorias?", CATEGORIES, CATEGORIES.but(measures=(REVENUE, SCORE))),
        ("just the top 3, and where are they based", SELLERS, SELLERS.but(by=(SELLER, *ITS_PLACE), limit=3)),
        ("which state are they in?", SELLERS, SELLERS.but(by=(SELLER, By("seller_state")))),
        ("where is that seller based?", SELLERS.but(limit=1), SELLERS.but(by=(SELLER, *ITS_PLACE), limit=1)),
        ("how many orders does it have?", BEST, BEST.but(measures=(REVENUE, ORDERS))),
    ],
)
def test_what_is_asked_about_them_stands_beside_them(question: str, before: Plan, after: Plan) -> None:
    assert told(question, before) == after


@pytest.mark.parametrize("question", ["what's the average rating of the second one?", "qual a nota média da segunda?"])
def test_one_of_them_is_shown_by_its_place(question: str) -> None:
    plan = told(question, CATEGORIES)
    assert (plan.measures, plan.show) == ((REVENUE, SCORE), (Condition("place", "==", 2),))


def test_they_are_told_apart_otherwise() -> None:
    plan = told("show those by month", CATEGORIES)
    assert (plan.by, plan.having) == ((MONTH, CATEGORY), (Having("product_category", REVENUE, "top", 5),))
    assert (plan.order, plan.limit) == (None, None)


def test_one_of_them_limits_another_question() -> None:
    plan = told("which seller sells most of it?", BEST)
    assert (plan.by, plan.having, plan.limit) == ((SELLER,), (Having("product_category", REVENUE, "top", 1),), 1)
    second = told("orders by month of the second one", CATEGORIES)
    assert [(having.value, having.without) for having in second.having] == [(2, False), (1, True)]


def test_they_are_ranked_anew() -> None:
    plan = told("which of those has the best review score?", CATEGORIES)
    assert (plan.measures, plan.limit) == ((SCORE,), 1)
    assert plan.having == (Having("product_category", REVENUE, "top", 5),)


@pytest.mark.parametrize("question", ["and by month?", "what about sellers?", "only 2018"])
def test_what_points_at_no_row_changes_the_plan(question: str) -> None:
    reading = merge(question, CATEGORIES, [], CALENDAR)
    assert reading is not None
    assert reading.plan is not None
    assert not reading.plan.having


def test_the_next_place_is_of_the_same_ranking() -> None:
    plan = told("And the second highest?", BEST)
    assert (plan.measures, plan.show, plan.transform) == ((REVENUE,), (Condition("place", "==", 2),), "rank")


def test_all_but_the_first() -> None:
    plan = told("without that one, which are the top 5?", BEST)
    assert plan.having == (Having("product_category", REVENUE, "top", 1, without=True),)
    assert plan.limit == 5


def test_the_first_is_of_its_own_period() -> None:
    plan = told("give me its monthly revenue for 2018", SELLERS.but(limit=1))
    (having,) = plan.having
    assert [period.label for period in plan.periods] == ["2018"]
    assert having.period is not None
    assert having.period.label == "all years"


def test_the_best_of_those_that_were_counted() -> None:
    before = Plan((count_of("seller"),), where=(Condition("seller_state", "==", "PR"),))
    plan = told("Which of them sold the most?", before)
    assert (plan.by, plan.limit, plan.where) == ((SELLER,), 1, before.where)


def test_a_filter_that_only_ranked_them_does_not_limit_what_is_asked_about_them() -> None:
    one_star = Condition("review_score", "==", 1)
    before = Plan((count_of("review"),), (CATEGORY,), where=(one_star,), order="desc", limit=3)
    plan = told("e a nota média de cada uma dessas?", before)
    assert (plan.measures, plan.where) == ((SCORE,), ())
    assert plan.having[0].measure.where == (one_star,)
