"""Sentences that only limit the one before belong to it."""

from __future__ import annotations

import pytest

from crm_copilot.understanding.questions.limiting import with_limits
from understanding.asking import group_limits, line, plan_of


def test_a_sentence_that_leaves_out_belongs_to_the_one_before() -> None:
    assert with_limits(["Score by state.", "Skip those under 20 reviews."]) == [
        "Score by state. Skip those under 20 reviews."
    ]
    assert with_limits(["Score by state", "minimum 20 reviews"]) == ["Score by state, minimum 20 reviews"]


def test_a_question_stands_by_itself() -> None:
    pieces = ["Score by state.", "Only those with 20 reviews: how many are there?", "At least tell me."]
    assert with_limits(pieces) == pieces


@pytest.mark.parametrize(
    ("question", "op", "number"),
    [
        ("Which 4 categories have the best average score? Ignore the tiny ones: at least 60 reviews.", ">=", 60),
        ("Which 4 categories have the best average score? Skip categories with fewer than 60 reviews.", ">=", 60),
        ("Quais as 4 categorias com a melhor nota média? Considere só as que têm mais de 60 avaliações.", ">", 60),
    ],
)
def test_a_ranking_keeps_its_minimum(question: str, op: str, number: int) -> None:
    plan = plan_of(question)
    assert group_limits(plan) == [("product_category", "reviews", op, number)]
    assert plan.limit == 4


def test_the_minimum_of_an_earlier_period() -> None:
    said = line("Fastest growing category, revenue H1 2018 against H1 2017, minimum 40 items sold in H1 2017")
    assert said.startswith("revenue | by product_category, period")
    assert "having product_category: count item >= 40 in 2017-01-01..2017-07-01" in said
