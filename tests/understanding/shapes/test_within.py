"""Rankings inside groups, and groups of a ranking told apart otherwise."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, Having, count_of, measure_of
from understanding.asking import plan_of

MONTH, CATEGORY, STATE = By("time", "month"), By("product_category"), By("customer_state")


@pytest.mark.parametrize(
    ("question", "number", "key", "measure"),
    [
        ("revenue of the top 5 categories by month", 5, CATEGORY, "revenue"),
        ("monthly revenue of the top 5 categories", 5, CATEGORY, "revenue"),
        ("show the order count per month for the four biggest states", 4, STATE, "order"),
        ("faturamento mensal das 5 maiores categorias", 5, CATEGORY, "revenue"),
    ],
)
def test_the_first_of_all_are_told_apart_by_month(question: str, number: int, key: By, measure: str) -> None:
    plan = plan_of(question)
    assert plan.having == (Having(key.field, measure_of(measure), "top", number),)
    assert (plan.by, plan.limit, plan.within) == ((MONTH, key), None, None)


def test_they_may_be_the_first_by_another_number() -> None:
    plan = plan_of("average review score per quarter for the top 5 categories by revenue")
    assert [measure.name for measure in plan.measures] == ["average_review_score"]
    assert plan.having == (Having("product_category", measure_of("revenue"), "top", 5),)


@pytest.mark.parametrize(
    "question",
    ["top 5 categories by month", "top 5 categories by revenue in each month", "show me the top 5 categories by month"],
)
def test_a_ranking_by_month_is_one_of_each_month(question: str) -> None:
    plan = plan_of(question)
    assert (plan.within, plan.limit, plan.having) == (MONTH, 5, ())


@pytest.mark.parametrize(
    ("question", "measure", "key"),
    [
        ("revenue per seller, by seller state", "revenue_per_seller", "seller_state"),
        ("receita por vendedor em cada estado", "revenue_per_seller", "seller_state"),
    ],
)
def test_a_seller_has_one_state(question: str, measure: str, key: str) -> None:
    plan = plan_of(question)
    assert (plan.measures, plan.by) == ((measure_of(measure),), (By(key),))


def test_two_breakdowns_stay_two() -> None:
    assert plan_of("revenue by seller and seller state").by == (By("seller_id"), By("seller_state"))
    assert plan_of("orders by state").measures == (count_of("order"),)
