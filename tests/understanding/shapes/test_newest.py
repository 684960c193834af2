"""Rows by their day: the last five orders, the first of all."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import Condition
from understanding.asking import plan_of, reading_of


@pytest.mark.parametrize(
    ("question", "table", "order", "limit"),
    [
        ("show me the last 5 orders", "orders", "desc", 5),
        ("list the 10 most recent orders", "orders", "desc", 10),
        ("latest orders", "orders", "desc", 10),
        ("What was our first order?", "orders", "asc", 1),
        ("últimos 10 pedidos", "orders", "desc", 10),
        ("os 3 pedidos mais antigos", "orders", "asc", 3),
        ("the newest 3 leads", "leads", "desc", 3),
        ("última venda", "orders", "desc", 1),
    ],
)
def test_rows_by_their_day(question: str, table: str, order: str, limit: int) -> None:
    plan = plan_of(question)
    assert (plan.listing, plan.order, plan.limit, plan.measures, plan.where) == (table, order, limit, (), ())


def test_what_limits_them_is_kept() -> None:
    assert plan_of("quais foram os últimos 5 pedidos cancelados?").where == (Condition("is_canceled"),)
    reviews = plan_of("most recent reviews with a score of 1")
    assert (reviews.where, reviews.time) == ((Condition("review_score", "==", 1),), "review_creation_date")


@pytest.mark.parametrize(
    "question", ["Last month sales", "first purchases by month", "how many orders in the last 3 months", "last sales"]
)
def test_what_is_measured_is_no_list(question: str) -> None:
    plan = reading_of(question).plan
    assert plan is not None
    assert plan.listing is None
