"""Requests of customers are read as such; questions about numbers are not."""

from __future__ import annotations

import pytest

from crm_copilot.understanding.questions import split
from crm_copilot.understanding.reader import Calendar
from crm_copilot.understanding.specials.asking_texts import request_of, tells_a_request


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("customer wants to cancel an order, what do I do?", "cancel an order"),
        ("A client asks how to delete his account. What should I answer?", "delete his account"),
        ("how should I handle a customer who cannot place an order?", "place an order"),
        ("a customer says his parcel has not arrived. what do I tell him?", "his parcel has not arrived"),
        ("what is the process for a customer who would like a refund", "a refund"),
        ("um cliente quer cancelar um pedido, o que eu faço?", "cancelar um pedido"),
    ],
)
def test_the_request_is_told_from_the_plea_for_advice(question: str, wanted: str) -> None:
    assert tells_a_request(question)
    assert request_of(question) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "How many customers wanted to cancel an order in 2018?",
        "how do customers change over time by state",
        "What is the share of customers who asked for a refund?",
        "what do customers in SP buy?",
        "revenue of customers who never came back, how does it develop by month",
    ],
)
def test_numbers_are_left_to_the_grammar(question: str) -> None:
    assert not tells_a_request(question)


def test_a_request_in_two_sentences_is_one_question() -> None:
    from datetime import date

    message = "A client asks how to delete his account. What should I answer?"
    parts = split(message, lambda text: [], Calendar(date(2017, 1, 1), date(2018, 12, 31)))
    assert [part.text for part in parts] == [message]
