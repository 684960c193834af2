"""Clauses that lean on the one before are no questions of their own; those that ask something are."""

from __future__ import annotations

import pytest

from crm_copilot.understanding.questions import split
from understanding.asking import CALENDAR, keys, measures, no_values


def texts(message: str) -> list[str]:
    return [part.text for part in split(message, no_values, CALENDAR)]


@pytest.mark.parametrize(
    "message",
    [
        "Take the ten sellers with the most orders and list the average review score of each.",
        "Quais são as 3 categorias com mais itens e qual o peso médio de cada uma?",
        "Which states have the most orders and what is the average ticket of each of them?",
        "Quais os 4 estados com mais clientes e qual o ticket médio deles?",
        "Compute the average freight by state and show the three highest",
        "Calcule a mediana do preço por categoria e mostre as 5 maiores, sem contar SP.",
        "Group the orders by state and list them from highest to lowest",
        "Take the 5 cities with the most orders. What is the average delivery time of each?",
        "Split revenue into what new customers spent and what repeat customers spent.",
        "When customers ordered in 2018, how many days did the delivery take on average?",
        "Quando os clientes compram em 2018, quantos dias leva a entrega?",
        "Was the first half of 2018 better than the second? Show me the revenue for both.",
        "We're planning for 2019. What was the revenue by month?",
        "Estamos revisando o frete. Qual o frete médio por estado?",
        "The north keeps growing. What share of its orders was late?",
        "December was rough. Of the orders bought in 2017, how many were late?",
        "I'm comparing two lanes: for orders of 2018, how many days did the delivery take?",
        "What are the lowest, average and highest prices in 2018?",
        "Of 2017, how many orders were there and how many of them were late?",
        "Share of reviews (scores 1 and 2) by quarter.",
        "What's the highest price we ever sold an item for, and what category was it?",
        "What was the busiest day of 2017 and how many orders were there?",
        "Show me the 5 states with the slowest average delivery, and how many orders each one has",
        "Take the ten sellers with the most orders. I want the average review score for each, too.",
    ],
)
def test_what_leans_on_the_clause_before_is_one_question_with_it(message: str) -> None:
    assert texts(message) == [message]


@pytest.mark.parametrize(
    "message",
    [
        "Which 3 categories have the highest revenue and the 3 with the lowest?",
        "When was the last order placed and how many sellers are there?",
        "How many orders were there that were late and which seller sold the most items?",
        "List the orders that were canceled. What was the revenue by state?",
        "Which state has the most orders and which one the fewest?",
        "1) the 3 sellers with the most orders 2) the 3 sellers with the best score among those with 30 reviews",
        "(a) how many orders are there (b) how many sellers are there",
        "Which 5 sellers sold the most items? What is the average review score of each?",
    ],
)
def test_what_asks_by_itself_is_a_question_of_its_own(message: str) -> None:
    assert len(texts(message)) == 2


def test_numbers_of_one_row_are_one_question() -> None:
    assert len(texts("How many orders were there in 2017 and how many of those were late?")) == 1


def test_of_each_keeps_the_ranking_of_the_question_before() -> None:
    _, second = split("Which 5 sellers have the most orders? What's the average score of each?", no_values, CALENDAR)
    assert second.plan is not None
    assert measures(second.plan) == ["orders", "average_review_score"]
    assert (keys(second.plan), second.plan.limit) == (["seller_id"], 5)


def test_what_points_at_a_question_that_cannot_be_answered_is_not_answered_by_itself() -> None:
    assert len(texts("How many support tickets did we open last month, and how fast were they closed?")) == 1
