from __future__ import annotations

import pytest

from crm_copilot.library.plan import aggregate_of
from crm_copilot.understanding.keys.grains import breaks_down, is_unit
from understanding.asking import draft_of


def lone_grain(question: str) -> tuple[object, int]:
    draft = draft_of(question)
    return draft, next(i for i, item in enumerate(draft.items) if item.kind == "grain")


@pytest.mark.parametrize(
    "question",
    [
        "monthly revenue",
        "receita mensal",
        "faturamento diário em maio de 2018",
        "average daily orders",
        "orders per weekday",
    ],
)
def test_grains_that_break_down(question: str) -> None:
    assert breaks_down(*lone_grain(question))  # type: ignore[arg-type]


@pytest.mark.parametrize("question", ["revenue of a month", "orders of the busiest day"])
def test_grains_that_do_not(question: str) -> None:
    assert not breaks_down(*lone_grain(question))  # type: ignore[arg-type]


def test_days_are_a_unit_where_time_is_measured() -> None:
    draft, index = lone_grain("delivery time in days")
    assert not is_unit(draft, index)  # type: ignore[arg-type]
    draft.measures = [(0, aggregate_of("delivery_days"))]  # type: ignore[attr-defined]
    assert is_unit(draft, index)  # type: ignore[arg-type]
