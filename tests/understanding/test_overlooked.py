"""A word that means more than the plan says makes the reading unsure; one that does not leaves it sure."""

from __future__ import annotations

import pytest

from understanding.asking import reading_of

SURE, DOUBTED = 0.8, 0.75


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("How many customers returned within 60 days?", "what took so long"),
        ("How many orders arrived the next day?", "at one time"),
        ("What did the best customer order?", "what was bought"),
        ("max freight paid on one order", "whether all of an order counts together"),
        ("revenue lost to cancellations", "whether deals are meant"),
        ("number of orders in week 30 of 2018", "which week that is"),
        ("is the review score higher on weekends?", "what is held against what"),
        ("number of products with photos", "which have some"),
        ("Which category has the second highest revenue and orders?", "which place of the ranking is meant"),
        ("Qual o terceiro maior estado em receita e pedidos?", "which place of the ranking is meant"),
        ("How many customers placed two orders on the same day?", "at one time"),
        ("Quantos clientes compraram duas vezes no mesmo dia?", "at one time"),
        ("Em que mês os vendedores mais venderam?", "whether each of them is a row"),
        ("How many customers never ordered again?", "what never happened"),
        ("Quando foi feito o maior pedido de 2018?", "when it was"),
        ("How many sellers have just one order?", "who has so many"),
        ("In which orders was the freight more expensive than the price?", "what is compared with what"),
    ],
)
def test_what_a_plan_leaves_out_is_doubted(question: str, reason: str) -> None:
    reading = reading_of(question)
    assert reason in reading.doubts, f"{question!r}: {reading}"
    assert reading.confidence < DOUBTED


@pytest.mark.parametrize(
    "question",
    [
        "Which category has the highest revenue?",
        "How many customers placed two orders or more?",
        "Orders per month and weekday",
        "Revenue, freight and orders by state",
        "Which customers bought most in each month?",
        "How many customers have just one order?",
        "Which products cost more than R$ 500?",
        "Revenue in 2018 vs number of orders by month",
        "orders by year and quarter",
        "How many products never sold?",
        "When do customers order most, by hour?",
        "In which month were the most orders placed?",
    ],
)
def test_what_a_plan_says_in_full_stays_sure(question: str) -> None:
    reading = reading_of(question)
    assert reading.plan is not None
    assert reading.confidence >= SURE, f"{question!r}: {dict(reading.doubts)}"


def test_a_total_is_no_average() -> None:
    assert "the average got lost" in reading_of("average number of sellers").doubts
    assert "the average got lost" not in reading_of("average number of orders per day").doubts
