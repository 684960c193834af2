"""Who did nothing else, who never did it, who did it once: conditions on all that a thing ever did."""

from __future__ import annotations

import pytest

from crm_copilot.library import notation
from understanding.asking import line, link, reading_of

TOYS, BOLETO = ("toys", "product_category", "toys"), ("boleto", "payment_type", "boleto")


@pytest.mark.parametrize(
    "question",
    [
        "how many buyers have only ever purchased toys?",
        "number of customers who bought nothing but toys",
        "how many customers bought toys and nothing else?",
        "how many customers bought only toys and nothing else?",
        "quantos clientes só compraram toys?",
        "quantos compradores compraram toys e mais nada?",
    ],
)
def test_nothing_else_was_bought(question: str) -> None:
    assert line(question, link(question, *TOYS)) == (
        "count customer if product_category == 'toys'"
        " | having without customer_unique_id: count item if product_category != 'toys' > 0"
    )


def test_orders_hold_nothing_else() -> None:
    question = "how many orders contain exclusively toys?"
    assert line(question, link(question, *TOYS)) == (
        "count order if product_category == 'toys'"
        " | having without order_id: count item if product_category != 'toys' > 0"
    )
    question = "how many customers pay exclusively by boleto?"
    assert line(question, link(question, *BOLETO)).endswith(
        "having without customer_unique_id: count payment if payment_type != 'boleto' > 0"
    )


def test_a_share_of_those_is_doubted() -> None:
    question = "what share of customers only bought toys?"
    assert "only, and a share of whom" in reading_of(question, link(question, *TOYS)).doubts


def test_only_that_limits_rows_leaves_nobody_out() -> None:
    question = "revenue by month, only toys"
    assert line(question, link(question, *TOYS)) == "revenue | by month | where product_category == 'toys'"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many vendors have never been given a 1-star review?", "review if review_score == 1"),
        ("how many sellers never shipped an order late?", "order if is_late"),
        ("quantos lojistas nunca tiveram um pedido cancelado?", "order if is_canceled"),
        ("how many sellers had no cancelled orders?", "order if is_canceled"),
    ],
)
def test_what_never_happened(question: str, expected: str) -> None:
    assert line(question) == f"count seller | having without seller_id: count {expected} > 0"


def test_a_share_of_those_to_whom_it_never_happened() -> None:
    reading = reading_of("what percentage of sellers never got a 1-star review?")
    assert reading.plan is not None
    said = notation.write(reading.plan)
    assert said == "count seller | having part without seller_id: count review if review_score == 1 > 0"
    assert notation.write(notation.parse(said)) == said


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("how many customers ordered exactly once in 2018?", "customer_unique_id: count order == 1"),
        ("quantos clientes compraram só uma vez?", "customer_unique_id: count order == 1"),
    ],
)
def test_once(question: str, key: str) -> None:
    assert line(question).startswith("count customer")
    assert line(question).endswith(f"having {key}")


def test_a_time_at_which_alone_it_happened_is_doubted() -> None:
    assert "only then, and at no other time" in reading_of("how many customers bought in 2017 only?").doubts
