from __future__ import annotations

import pytest

from crm_copilot.library.plan import Condition
from crm_copilot.understanding.conditions import with_base
from understanding.asking import keys, limits, plan_of


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("how many orders were late?", ("is_late", "is", True)),
        ("quantos pedidos atrasaram?", ("is_late", "is", True)),
        ("how many orders were delivered?", ("is_delivered", "is", True)),
        ("how many orders were placed on weekends?", ("is_weekend", "is", True)),
    ],
)
def test_conditions(question: str, limit: tuple[str, str, object]) -> None:
    assert limit in limits(plan_of(question))


@pytest.mark.parametrize(
    ("question", "key"),
    [("weekend vs weekday orders", "is_weekend"), ("average review score of late vs on-time orders", "is_late")],
)
def test_both_sides(question: str, key: str) -> None:
    assert keys(plan_of(question)) == [key]


def test_a_share_of_reviews_is_taken_of_what_was_reviewed() -> None:
    assert Condition("has_review") in with_base((Condition("is_negative_review"),))
    assert with_base(()) == ()
