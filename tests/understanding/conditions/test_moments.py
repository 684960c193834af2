"""When something happened first or last, under whatever limits the orders."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, aggregate_of
from understanding.asking import YEAR_17, limits, link, plan_of, reading_of

FIRST, LAST = aggregate_of("purchase_day", "min"), aggregate_of("purchase_day", "max")
ASKED = [
    ("when was the latest order from SC", LAST),
    ("what is the date of the first order in SC?", FIRST),
    ("when did customers from SC last buy?", LAST),
    ("when was the last time that somebody ordered from SC?", LAST),
    ("quando foi a primeira compra de SC?", FIRST),
    ("quando foi a última vez que vendemos para SC?", LAST),
    ("qual a data do último pedido de SC", LAST),
]


@pytest.mark.parametrize(("question", "measure"), ASKED, ids=[question for question, _ in ASKED])
def test_the_day_is_that_of_the_orders_that_are_meant(question: str, measure: object) -> None:
    plan = plan_of(question)
    assert (plan.measures, limits(plan)) == ((measure,), [("customer_state", "==", "SC")])


def test_a_category_a_status_and_a_period_limit_it_too() -> None:
    question = "when did we first sell toys in 2017"
    plan = plan_of(question, link(question, "toys", "product_category", "toys"))
    assert (plan.measures, limits(plan)) == ((FIRST,), [("product_category", "==", "toys")])
    assert plan.periods == (YEAR_17,)
    assert limits(plan_of("data do último pedido cancelado")) == [("is_canceled", "is", True)]


@pytest.mark.parametrize(
    "question",
    ["when were the first and the last orders from SC", "quando foi a primeira venda e quando foi a última para SC"],
)
def test_both_ends_may_be_asked_for(question: str) -> None:
    plan = plan_of(question)
    assert (plan.measures, limits(plan)) == ((FIRST, LAST), [("customer_state", "==", "SC")])


def test_each_group_has_a_day_of_its_own() -> None:
    plan = plan_of("date of the last order by region")
    assert (plan.measures, plan.by) == ((LAST,), (By("customer_region"),))


def test_without_a_limit_the_data_say_from_when_to_when() -> None:
    special = plan_of("when was the first order?").special
    assert special is not None
    assert special.name == "date_range"


def test_the_day_of_a_delivery_is_another_day() -> None:
    assert reading_of("when was the last order delivered in SC").confidence < 0.6


def test_the_latest_of_what_has_no_day_of_its_own_are_doubted() -> None:
    assert reading_of("latest customers from SC").confidence < 0.5


def test_a_sellers_first_order_is_no_offer() -> None:
    seller = "0123456789abcdef0123456789abcdef"
    question = f"when was the first order of seller {seller}"
    plan = plan_of(question, link(question, seller, "seller_id", seller))
    assert (plan.measures, limits(plan)) == ((FIRST,), [("seller_id", "==", seller)])
