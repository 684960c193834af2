"""Sellers that never sold anything are those in no order; what they never sold, or when, is another condition."""

from __future__ import annotations

from datetime import date

import pytest

from crm_copilot.library.plan import By, Having, Plan, count_of
from understanding.asking import YEAR_18, limits, link, plan_of

IDLE = Having("seller_id", count_of("order"), ">", 0, without=True)
NEVER = [
    "how many sellers haven't sold a single item yet?",
    "number of merchants who never made a sale",
    "vendors without any orders",
    "quantos vendedores não venderam nada até hoje",
    "quantidade de lojistas sem nenhum pedido",
    "how many of our sellers sold nothing",
]


@pytest.mark.parametrize("question", NEVER)
def test_sellers_in_no_order_are_counted(question: str) -> None:
    assert plan_of(question) == Plan((count_of("seller"),), having=(IDLE,))


def test_they_are_listed_where_they_are_asked_for() -> None:
    plan = plan_of("which sellers have never sold anything?")
    assert (plan.listing, plan.having) == ("sellers", (IDLE,))


def test_they_are_counted_where_they_live() -> None:
    assert plan_of("sellers without a single sale by state").by == (By("seller_state"),)
    (measure,) = plan_of("how many sellers in SC never sold anything").measures
    assert [(c.field, c.value) for c in measure.where] == [("seller_state", "SC")]


def test_a_period_says_when_it_did_not_happen() -> None:
    (having,) = plan_of("how many sellers had no sales in 2018").having
    assert having.period is not None
    assert (having.period.start, having.period.end) == (YEAR_18.start, date(2019, 1, 1))


def test_what_they_never_sold_is_another_question() -> None:
    question = "how many sellers never sold toys"
    (having,) = plan_of(question, link(question, "toys", "product_category", "toys")).having
    assert [(c.field, c.value) for c in having.measure.where] == [("product_category", "toys")]


def test_products_have_a_predicate_of_their_own() -> None:
    assert limits(plan_of("how many products were never sold")) == [("is_never_sold", "is", True)]
