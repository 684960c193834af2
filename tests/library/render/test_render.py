from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from crm_copilot.domain import Period
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Condition, Having, Measure, Plan, aggregate_of, count_of, measure_of
from crm_copilot.library.render import render, why_not
from library.small_company import answer, rows

YEAR_17 = Period(date(2017, 1, 1), date(2018, 1, 1), "2017")
REVENUE, ORDERS = measure_of("revenue"), count_of("order")

NUMBERS: list[tuple[str, Measure, Any]] = [
    ("orders", ORDERS, 4),
    ("items", count_of("item"), 5),
    ("customers", count_of("customer"), 3),
    ("revenue", REVENUE, 100.0),
    ("average order value", measure_of("aov"), 25.0),
    ("median price", aggregate_of("price", "median"), 20.0),
    ("late rate", measure_of("late_rate"), 100 / 3),
    ("share of books", replace(count_of("item"), part=(Condition("product_category", "==", "books"),)), 60.0),
]


@pytest.mark.parametrize(("measure", "number"), [(m, n) for _, m, n in NUMBERS], ids=[name for name, *_ in NUMBERS])
def test_one_number(measure: Measure, number: Any) -> None:
    assert answer(Plan((measure,))) == pytest.approx(number)


def test_a_number_under_conditions_and_in_a_period() -> None:
    assert answer(Plan((REVENUE,), where=(Condition("customer_state", "==", "SP"),), periods=(YEAR_17,))) == 70.0


def test_a_number_of_nothing_is_no_error() -> None:
    plan = Plan((measure_of("late_rate"),), where=(Condition("customer_state", "==", "AC"),))
    assert answer(plan) != answer(plan)  # nan


def test_a_table() -> None:
    assert rows(Plan((REVENUE,), (By("customer_state"),))) == [("SP", 70.0), ("PE", 30.0)]


def test_orders_of_several_categories_count_once_in_each() -> None:
    assert rows(Plan((ORDERS,), (By("product_category"),))) == [("books", 3), ("toys", 2)]


def test_measures_of_two_tables_stand_side_by_side() -> None:
    plan = Plan((REVENUE, count_of("review")), (By("customer_state"),))
    assert rows(plan) == [("SP", 70.0, 1), ("PE", 30.0, 2)]


def test_groups_that_meet_a_condition() -> None:
    having = Having("seller_id", count_of("item"), ">=", 3)
    assert [row[0] for row in rows(Plan((REVENUE,), (By("seller_id"),), having=(having,)))] == ["s2"]
    assert answer(Plan((REVENUE,), having=(having,))) == 80.0


def test_the_share_of_groups_that_meet_a_condition() -> None:
    having = Having("customer_unique_id", ORDERS, ">=", 2, part=True)
    assert answer(Plan((REVENUE,), having=(having,))) == pytest.approx(30.0)


def test_rows_are_listed() -> None:
    listed = answer(Plan(listing="orders", where=(Condition("order_status", "==", "canceled"),)))
    assert list(listed["order_id"]) == ["o3"]


def test_quantities_are_correlated() -> None:
    assert answer(Plan(correlate=("price", "price"))) == pytest.approx(1.0)
    assert -1 <= answer(Plan(correlate=("price", "review_score"))) <= 1


def test_what_the_data_do_not_tie_together_is_refused_in_a_sentence() -> None:
    plan = Plan((count_of("lead"),), (By("payment_type"),))
    with pytest.raises(Unreachable):
        render(plan)
    assert "not tied to" in (why_not(plan) or "")
    assert why_not(Plan((ORDERS,))) is None


def test_own_values_are_parameters_with_defaults() -> None:
    code = render(Plan((REVENUE,), (By("customer_state"),), order="desc", limit=7), "best_states")
    assert code.startswith("def best_states(order_items, orders, customers, k=7):")
