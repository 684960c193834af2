from __future__ import annotations

import pytest

from crm_copilot.understanding.conditions.lone import read_lone_comparison
from understanding.asking import draft_of, group_limits, limits, place_of, plan_of, reading_of


def test_a_single_one_means_one() -> None:
    draft = draft_of("orders from a single seller")
    assert read_lone_comparison(draft, place_of(draft, "single")) == "=="


def test_more_than_one_needs_no_number() -> None:
    assert group_limits(plan_of("orders from more than one seller")) == [("order_id", "sellers", ">", 1)]


def test_a_comparison_that_needs_a_number_is_doubted_without() -> None:
    draft = draft_of("orders above usual")
    assert read_lone_comparison(draft, place_of(draft, "above")) is None
    assert any("without a number" in reason for reason in draft.doubts)


REPEATED = [
    ("how many orders were reviewed more than once?", ("order_id", "reviews", ">", 1)),
    ("quantos pedidos foram avaliados mais de uma vez?", ("order_id", "reviews", ">", 1)),
    ("which products were sold several times?", ("product_id", "items", ">", 1)),
    ("products sold more than once", ("product_id", "items", ">", 1)),
    ("produtos vendidos várias vezes", ("product_id", "items", ">", 1)),
    ("revenue of products sold multiple times", ("product_id", "items", ">", 1)),
    ("how many products were sold only once?", ("product_id", "items", "==", 1)),
    ("quantos produtos foram vendidos só uma vez?", ("product_id", "items", "==", 1)),
    ("how many customers placed more than one order in 2018?", ("customer_unique_id", "orders", ">", 1)),
    ("clientes com mais de um pedido em 2017", ("customer_unique_id", "orders", ">", 1)),
]


@pytest.mark.parametrize(("question", "limit"), REPEATED)
def test_what_was_done_more_than_once(question: str, limit: tuple[str, str, str, object]) -> None:
    assert group_limits(plan_of(question)) == [limit]


@pytest.mark.parametrize(
    ("question", "predicate"),
    [("how many customers bought only once?", "is_one_time_customer"),
     ("clientes que compraram mais de uma vez", "is_repeat_customer")],
)  # fmt: skip
def test_customers_came_back_at_any_time(question: str, predicate: str) -> None:
    plan = plan_of(question)
    assert (limits(plan), group_limits(plan)) == ([(predicate, "is", True)], [])


def test_a_repetition_that_is_not_read_is_doubted() -> None:
    doubts = reading_of("payments made more than once").doubts
    assert "more than once without a number" in doubts
