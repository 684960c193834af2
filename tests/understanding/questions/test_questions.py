from __future__ import annotations

import pytest

from crm_copilot.understanding.questions import split
from understanding.asking import CALENDAR, keys, measures, no_values, plan_of


def texts(message: str) -> list[str]:
    return [part.text for part in split(message, no_values, CALENDAR)]


@pytest.mark.parametrize(
    "message",
    ["How many orders were there in 2017?", "Revenue by state and month", "orders in SP and RJ",
     "What was the average price and freight by category?",
     "For orders above R$ 2,500, how many were paid with each method?"],
)  # fmt: skip
def test_one_question_stays_one(message: str) -> None:
    assert texts(message) == [message]


@pytest.mark.parametrize(
    "message",
    [
        "How many orders were there in 2017? Which state had the most customers?",
        "Quantos pedidos em 2017? Qual estado tem mais clientes?",
        "1. How many orders were there?\n2. How many sellers are there?",
        "how many orders were there and which seller sold the most items",
        "how many sellers are there; how many customers are there",
    ],
)
def test_two_questions_are_two(message: str) -> None:
    assert len(texts(message)) == 2


def test_the_second_may_lean_on_the_first() -> None:
    first, second = split("What was the revenue by state in 2018? And in 2017?", no_values, CALENDAR)
    assert first.plan is not None
    assert second.plan is not None
    assert keys(second.plan) == ["customer_state"]
    assert [period.label for period in second.plan.periods] == ["2017"]


def test_a_heading_holds_for_all_that_follows() -> None:
    parts = split("For 2018: how many orders? how many customers?", no_values, CALENDAR)
    assert [[p.label for p in part.plan.periods] for part in parts if part.plan] == [["2018"], ["2018"]]


def test_both_directions_are_two_rankings() -> None:
    parts = split("which states have the highest and lowest revenue", no_values, CALENDAR)
    assert [part.plan.order for part in parts if part.plan] == ["desc", "asc"]


def test_two_subjects_are_two_rankings() -> None:
    parts = split("Which states and categories generate the most revenue?", no_values, CALENDAR)
    assert [keys(part.plan) for part in parts if part.plan] == [["customer_state"], ["product_category"]]


@pytest.mark.parametrize(
    "message",
    [
        "How many orders did we have in May 2018, and what was the revenue?",
        "quantos pedidos tivemos em maio de 2018 e qual foi o faturamento?",
    ],
)
def test_numbers_of_the_same_rows_stand_in_one_row(message: str) -> None:
    [part] = split(message, no_values, CALENDAR)
    plan = part.plan or plan_of(message)
    assert measures(plan) == ["orders", "revenue"]
    assert len(plan.periods) == 1


def test_numbers_of_different_rows_are_answers_of_their_own() -> None:
    assert len(split("How many orders in May 2018? And how many in June 2018?", no_values, CALENDAR)) == 2


def test_a_reason_is_no_heading_of_what_is_asked() -> None:
    message = "I'd like to thank someone: which seller has the best average review score, and what is it?"
    assert texts(message) == [message]


def test_what_belongs_to_what_stands_before_it_is_not_cut_off() -> None:
    assert len(texts("number of payments, their total and the average payment")) == 1
    assert len(texts("average score and number of reviews by quarter")) == 1


def test_customers_by_state_are_theirs_after_sellers_by_state() -> None:
    first, second = split("number of sellers per state. And number of customers per state", no_values, CALENDAR)
    assert first.plan is not None
    assert second.plan is not None
    assert keys(first.plan) + keys(second.plan) == ["seller_state", "customer_state"]


def test_above_and_then_below_are_both_strict() -> None:
    _, second = split("How many orders above 500 reais? And below 100?", no_values, CALENDAR)
    assert second.plan is not None
    assert [(c.op, c.value) for c in second.plan.where] == [("<", 100)]


def test_also_begins_a_question_of_its_own() -> None:
    assert len(texts("revenue in May 2018, also what was the top category that month?")) == 2
