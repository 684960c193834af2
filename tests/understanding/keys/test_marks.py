from __future__ import annotations

import pytest

from crm_copilot.understanding.conditions import read_conditions
from crm_copilot.understanding.keys import mark_keys
from understanding.asking import draft_of, keys, plan_of, reading_of


def marks(question: str) -> dict[str, str]:
    draft = draft_of(question)
    read_conditions(draft)
    mark_keys(draft)
    return {draft.items[index].text: mark for index, mark in draft.marks.items()}


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("revenue by state", {"state": "by"}),
        ("revenue by state and month", {"state": "by", "month": "by"}),
        ("receita por estado e categoria", {"estado": "by", "categoria": "by"}),
        ("which sellers earn most", {"sellers": "which"}),
        ("top 5 categories", {"categories": "rank"}),
        ("categorias mais vendidas", {"categorias": "rank"}),
        ("revenue across all orders", {}),
        ("reviews given by customers", {}),
    ],
)
def test_what_is_marked(question: str, marked: dict[str, str]) -> None:
    assert marks(question) == marked


def test_by_one_of_them_is_no_breakdown() -> None:
    assert keys(plan_of("orders shipped by a seller in the same state, by month")) == ["month"]


def test_a_question_may_end_in_by() -> None:
    assert reading_of("orders by").plan is not None
