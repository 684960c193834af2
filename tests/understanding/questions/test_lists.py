"""Questions that only commas, "and" or "as well as" part, and tables of which such words only list the columns."""

from __future__ import annotations

import pytest

from crm_copilot.understanding.questions import split
from understanding.asking import CALENDAR, keys, measures, no_values

APART = [
    ("deals by business segment as well as deals by lead type", [["business_segment"], ["lead_type"]]),
    ("monthly revenue for 2018 plus the best month", [["month"], ["month"]]),
    ("orders by state and revenue by month", [["customer_state"], ["month"]]),
    ("total items sold, average items per order, and the most sold category", [[], [], ["product_category"]]),
    ("1. top 5 states by revenue\n2. top 5 sellers by revenue", [["customer_state"], ["seller_id"]]),
    ("Please answer: (a) orders in July 2018 (b) revenue in July 2018", [[], []]),
    ("most expensive category, cheapest category", [["product_category"], ["product_category"]]),
]


@pytest.mark.parametrize(("message", "wanted"), APART, ids=[message[:30] for message, _ in APART])
def test_questions_of_their_own_are_parted(message: str, wanted: list[list[str]]) -> None:
    parts = split(message, no_values, CALENDAR)
    assert [keys(part.plan) for part in parts if part.plan] == wanted


@pytest.mark.parametrize(
    "message",
    [
        "orders, revenue and average order value by state",
        "revenue by state and by month",
        "orders by state and revenue by state",
        "Cheapest, average and most expensive item price",
        "orders and revenue of the best category by month",
        "late delivery rate by state, only states with 50 or more orders",
        "In SP, what percentage of orders was paid with boleto?",
        "Order times: average approval time, handling time and transit time",
    ],
)
def test_columns_of_one_table_stay_together(message: str) -> None:
    assert len(split(message, no_values, CALENDAR)) == 1


def test_what_the_first_says_holds_for_the_list() -> None:
    parts = split("total orders in 2018, total sellers and the most sold category", no_values, CALENDAR)
    assert [[p.label for p in part.plan.periods] for part in parts if part.plan] == [["2018"]] * 3


def test_a_beginning_holds_for_the_next_sentences() -> None:
    parts = split("In March 2018, how many orders were there? How many were canceled?", no_values, CALENDAR)
    assert [[p.label for p in part.plan.periods] for part in parts if part.plan] == [["March 2018"]] * 2


def test_of_parted_questions_one_that_is_not_read_stands_by_itself() -> None:
    parts = split("how many orders are there; frobnicate the snark; how many sellers are there", no_values, CALENDAR)
    assert [measures(part.plan) if part.plan else None for part in parts] == [["orders"], None, ["sellers"]]


@pytest.mark.parametrize(
    "message",
    [
        "Which category sold the most units? How much revenue did it make?",
        "Which category sold the most units and what was its revenue?",
        "Qual a categoria mais vendida e qual a receita dela?",
    ],
)
def test_the_only_row_of_the_answer_before(message: str) -> None:
    _, second = split(message, no_values, CALENDAR)
    assert second.plan is not None
    assert measures(second.plan) == ["items", "revenue"]
    assert (keys(second.plan), second.plan.limit) == (["product_category"], 1)
