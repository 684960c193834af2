"""A measure of all and again of a part of it."""

from __future__ import annotations

import pytest

from crm_copilot.library import notation
from understanding.asking import plan_of

TWICE = (
    ("leads and how many of them closed by month", "count lead, count lead if is_closed | by month"),
    ("orders and late orders by state", "count order, count order if is_late | by customer_state"),
    ("number of orders and number of cancelled orders per month", "count order, count order if is_canceled | by month"),
    ("revenue and cancelled revenue by month", "revenue, revenue if is_canceled | by month"),
    ("reviews and how many of those were negative by category",
     "count review, count review if is_negative_review | by product_category"),
    ("pedidos e pedidos atrasados por estado", "count order, count order if is_late | by customer_state"),
    ("leads e quantos deles fecharam por mês", "count lead, count lead if is_closed | by month"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "line"), TWICE)
def test_both_numbers_stand_beside_each_other(question: str, line: str) -> None:
    assert notation.write(plan_of(question)) == line


def test_columns_have_names_of_their_own() -> None:
    columns = [measure.column for measure in plan_of("orders and late orders by state").measures]
    assert columns == ["orders", "orders_late"]


def test_a_part_that_is_asked_for_alone_is_counted_once() -> None:
    plan = plan_of("of the orders bought in December 2017, how many were late?")
    assert len(plan.measures) == 1


def test_one_condition_of_one_thing_stays_a_condition() -> None:
    plan = plan_of("late orders by state")
    assert [condition.field for condition in plan.where] == ["is_late"]
