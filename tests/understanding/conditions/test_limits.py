from __future__ import annotations

import pytest

from crm_copilot.understanding.conditions.limits import read_exact_numbers, read_limit
from understanding.asking import draft_of


def limit_of(question: str) -> int | None:
    draft = draft_of(question)
    read_limit(draft)
    return draft.limit


@pytest.mark.parametrize(
    ("question", "limit"),
    [("top 4 states", 4), ("os 6 maiores vendedores", 6), ("which 3 sellers", 3), ("bottom 2 categories", 2),
     ("all 27 states", None), ("top states", None), ("sellers with 3 orders", None)],
)  # fmt: skip
def test_how_many_are_wanted(question: str, limit: int | None) -> None:
    assert limit_of(question) == limit


def test_a_percentage_is_no_number_of_rows() -> None:
    draft = draft_of("the top 15 % of sellers")
    read_limit(draft)
    assert (draft.limit, draft.percent) == (None, 15)


def test_exact_numbers_of_what_each_has() -> None:
    draft = draft_of("customers with 2 orders")
    read_exact_numbers(draft)
    ((_, having),) = draft.having
    assert (having.key, having.measure.entity, having.op, having.value) == ("customer_unique_id", "order", "==", 2)
