from __future__ import annotations

import pytest

from crm_copilot.understanding.keys import mark_keys
from crm_copilot.understanding.measures.ranked import read_most_different, read_most_of, read_ranked_by
from understanding.asking import draft_of, keys, measures, plan_of


@pytest.mark.parametrize(
    ("question", "measured", "by", "order"),
    [
        ("which seller has the most different customer states?", "states", "seller_id", "desc"),
        ("the state with the most distinct categories", "categories", "customer_state", "desc"),
        ("o vendedor com mais categorias diferentes", "categories", "seller_id", "desc"),
        ("seller with the fewest different customer cities", "cities", "seller_id", "asc"),
        ("customers with the most different sellers", "sellers", "customer_unique_id", "desc"),
    ],
)
def test_what_is_most_different_is_counted(question: str, measured: str, by: str, order: str) -> None:
    plan = plan_of(question)
    assert (measures(plan), keys(plan), plan.order) == ([measured], [by], order)


def test_different_things_are_counted_only_where_others_are_ranked() -> None:
    draft = draft_of("the most different customer states")
    read_most_different(draft)
    assert draft.measures == []


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("which states have the most orders and what is their revenue?", ["orders", "revenue"]),
        ("os estados com mais pedidos e sua receita", ["orders", "revenue"]),
        ("sellers with the most customers and their average review score", ["customers", "average_review_score"]),
        ("qual estado tem mais vendedores e qual sua receita?", ["sellers", "revenue"]),
        ("the seller with most reviews and its revenue", ["reviews", "revenue"]),
    ],
)
def test_a_ranking_is_by_what_there_is_most_of(question: str, named: list[str]) -> None:
    assert measures(plan_of(question)) == named


def test_what_is_ranked_is_not_counted() -> None:
    draft = draft_of("top sellers by revenue")
    mark_keys(draft)
    read_most_of(draft)
    assert draft.measures == []


@pytest.mark.parametrize(
    ("question", "counted"), [("top sellers by reviews", ["reviews"]), ("orders by customers", [])]
)
def test_a_thing_behind_by_is_the_measure_of_a_ranking(question: str, counted: list[str]) -> None:
    draft = draft_of(question)
    mark_keys(draft)
    read_ranked_by(draft)
    assert [measure.name for _, measure in draft.measures] == counted
