"""Conditions in the words of people who have not seen the catalog."""

from __future__ import annotations

import pytest

from understanding.asking import limits, line, link, plan_of, reading_of

SAID = [
    ("how many orders went to Pará?", [("customer_state", "==", "PA")]),
    ("SP's share of revenue in 2018", []),
    ("how many reviews came in without any written message?", [("has_no_comment", "is", True)]),
    ("how many orders never arrived?", [("is_undelivered", "is", True)]),
    ("how many orders were paid by anything but voucher?", [("payment_type", "!=", "voucher")]),
    ("how many orders showed up late?", [("is_late", "is", True)]),
]


@pytest.mark.parametrize(("question", "expected"), SAID, ids=[question for question, _ in SAID])
def test_conditions_said_otherwise(question: str, expected: list[tuple[str, str, object]]) -> None:
    assert limits(plan_of(question)) == expected


def test_a_city_with_the_state_in_brackets_is_the_state() -> None:
    question = "Em São Paulo (estado), quantos pedidos?"
    plan = plan_of(question, link(question, "São Paulo", "customer_city", "sao paulo"))
    assert limits(plan) == [("customer_state", "==", "SP")]


def test_at_least_one_of_a_value_is_only_the_value() -> None:
    question = "how many orders had at least one toys product?"
    plan = plan_of(question, link(question, "toys", "product_category", "toys"))
    assert limits(plan) == [("product_category", "==", "toys")]


def test_a_number_that_stands_alone_says_how_many_are_wanted() -> None:
    plan = reading_of("Which states have the most orders? Give me five.").plan
    assert plan is not None
    assert plan.limit == 5


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("average items per order, only delivered orders", "mean items_per_order | where is_delivered"),
        (
            "how many customers in SP state bought from two or more categories",
            "count customer | where customer_state == 'SP' | having customer_unique_id: count category >= 2",
        ),
        (
            "late rate by city, cities with 30+ orders only",
            "late_rate | by customer_city | having customer_city: count order >= 30",
        ),
        ("task 4: revenue of the 3 biggest states", "revenue | by customer_state | desc 3"),
        (
            "freight by category, only SP and RJ sellers",
            "mean freight_value | by product_category | where seller_state in",
        ),
        ("orders by month, RS customers", "count order | by month | where customer_state == 'RS'"),
        ("items with zero shipping cost by month", "count item | by month | where is_free_freight"),
        ("leads of 2018 that never converted", "count lead | where is_not_closed"),
    ],
)
def test_a_condition_in_other_words(question: str, plan: str) -> None:
    assert line(question).startswith(plan)
