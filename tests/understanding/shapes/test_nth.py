"""One place of a ranking, in both languages; halves, quarters and second orders are none."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import Condition
from understanding.asking import plan_of

ASKED = [
    ("what is the second best selling category?", 2, "desc"),
    ("which category came third by revenue in 2017?", 3, "desc"),
    ("which state is in second place by number of customers?", 2, "desc"),
    ("which is the third worst state by review score?", 3, "asc"),
    ("qual a segunda categoria que mais vendeu?", 2, "desc"),
    ("o terceiro maior estado em receita", 3, "desc"),
    ("segundo estado com mais pedidos", 2, "desc"),
]


@pytest.mark.parametrize(("question", "place", "order"), ASKED, ids=[question for question, *_ in ASKED])
def test_the_row_of_a_place_is_shown(question: str, place: int, order: str) -> None:
    plan = plan_of(question)
    assert (plan.transform, plan.show, plan.order) == ("rank", (Condition("place", "==", place),), order)
    assert plan.limit is None
    assert len(plan.by) == 1


@pytest.mark.parametrize(
    "question",
    ["revenue by state in the second half of 2017", "orders by state in the second quarter of 2018", "top 2 states"],
)
def test_periods_and_tops_are_no_places(question: str) -> None:
    assert plan_of(question).transform is None
