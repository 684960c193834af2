from __future__ import annotations

import pytest

from crm_copilot.understanding.conditions.negation import negated
from understanding.asking import draft_of, limits, place_of, plan_of


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("revenue excluding SP", ("customer_state", "!=", "SP")),
        ("receita sem contar o RJ", ("customer_state", "!=", "RJ")),
        ("payments excluding boleto", ("payment_type", "!=", "boleto")),
        ("revenue excluding SP and RJ", ("customer_state", "not in", ("SP", "RJ"))),
    ],
)
def test_what_is_left_out(question: str, limit: tuple[str, str, object]) -> None:
    assert limits(plan_of(question)) == [limit]


def test_a_negation_holds_for_the_whole_list() -> None:
    draft = draft_of("without SP and RJ")
    first, second = place_of(draft, "sp"), place_of(draft, "rj")
    assert negated(draft, first)
    draft.use(first, "value")
    assert negated(draft, second)


def test_without_a_negation_nothing_is_left_out() -> None:
    draft = draft_of("orders of SP")
    assert not negated(draft, place_of(draft, "sp"))


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("average score by state, cancelled orders left out", [("is_canceled", "is not", True)]),
        ("revenue by category, SP excluded", [("customer_state", "!=", "SP")]),
        ("every region except the South, revenue", [("customer_region", "!=", "South")]),
    ],
)
def test_a_negation_may_stand_behind(question: str, limit: list[tuple[str, str, object]]) -> None:
    assert limits(plan_of(question)) == limit


def test_what_is_left_out_leaves_nothing_else_out() -> None:
    assert limits(plan_of("without SP, late orders by month")) == [
        ("customer_state", "!=", "SP"), ("is_late", "is", True),
    ]  # fmt: skip
