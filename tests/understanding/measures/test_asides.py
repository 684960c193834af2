"""Money that is named twice, the second time by what it was earned or spent on, is one number."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import Condition
from understanding.asking import measures, plan_of


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How much did we earn from freight in 2018?", ["total_freight_value"]),
        ("Quanto arrecadamos de frete em 2018?", ["total_freight_value"]),
        ("top 10 categorias com maior gasto total de frete", ["total_freight"]),
        ("revenue and total freight by state", ["revenue", "total_freight"]),
    ],
)
def test_general_money_is_what_the_second_word_says(question: str, named: list[str]) -> None:
    assert measures(plan_of(question)) == named


def test_a_possessive_may_stand_where_an_article_may() -> None:
    assert plan_of("How many orders arrived before their estimated date?").where == (Condition("is_early"),)
