"""One condition or the other."""

from __future__ import annotations

import pytest

from crm_copilot.library import notation
from understanding.asking import plan_of


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("orders that were late or cancelled", "is_late or is_canceled"),
        ("how many orders were cancelled or late in 2018?", "is_canceled or is_late"),
        ("quantos pedidos foram cancelados ou atrasados?", "is_canceled or is_late"),
    ],
)
def test_either_is_enough(question: str, where: str) -> None:
    assert f"where {where}" in notation.write(plan_of(question))


def test_both_are_wanted_without_or() -> None:
    assert len(plan_of("late orders that were reviewed").where) == 2
