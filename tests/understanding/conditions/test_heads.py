"""How many from the head of a ranking are wanted may be said behind it."""

from __future__ import annotations

import pytest

from understanding.asking import plan_of

HEADS = [
    ("cidades com mais clientes (8 primeiras)", 8),
    ("as 6 primeiras categorias por faturamento", 6),
    ("ranking de estados por receita, só os 9 primeiros", 9),
    ("sellers by revenue, the first 12", 12),
    ("sellers ranked by revenue, first 4 only", 4),
    ("categories by freight, only the best 2", 2),
]


@pytest.mark.parametrize(("question", "limit"), HEADS, ids=[question for question, _ in HEADS])
def test_the_number_of_rows_may_be_said_last(question: str, limit: int) -> None:
    plan = plan_of(question)
    assert (plan.limit, plan.having) == (limit, ())


@pytest.mark.parametrize(
    "question", ["revenue of the first 2 quarters of 2017", "receita dos 2 primeiros trimestres de 2017"]
)
def test_a_stretch_of_time_is_no_number_of_rows(question: str) -> None:
    plan = plan_of(question)
    assert plan.limit is None
    assert [(p.end - p.start).days for p in plan.periods] == [181]
