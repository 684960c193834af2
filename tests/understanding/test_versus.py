"""Comparatives that say themselves what is compared, between two that are named."""

from __future__ import annotations

import pytest

from understanding.asking import plan_of, reading_of


@pytest.mark.parametrize(
    ("question", "key", "column"),
    [
        ("Are deliveries in SP faster than in RJ?", "customer_state", "average_delivery_days"),
        ("Do customers in SP get their orders sooner than those in RJ?", "customer_state", "average_delivery_days"),
        ("Is delivery slower in the north than in the south?", "customer_region", "average_delivery_days"),
        ("Is SP cheaper than RJ?", "customer_state", "average_price"),
        ("Do we get better reviews in SP than in RJ?", "customer_state", "average_review_score"),
        ("Are orders from RJ later than those from SP?", "customer_state", "late_rate_pct"),
        ("Were orders in 2018 delivered faster than in 2017?", "time", "average_delivery_days"),
        ("Is the average review score in SP higher than in BA?", "customer_state", "average_review_score"),
    ],
)
def test_two_are_held_against_each_other(question: str, key: str, column: str) -> None:
    plan = reading_of(question).plan
    assert plan is not None
    assert ([by.field for by in plan.by], [measure.column for measure in plan.measures]) == ([key], [column])


@pytest.mark.parametrize(
    "question", ["Were orders delivered faster than promised?", "Are there sellers faster than 3 days?"]
)
def test_what_is_held_against_something_else_is_doubted(question: str) -> None:
    assert reading_of(question).confidence < 0.6


def test_an_average_is_no_other_side() -> None:
    assert plan_of("are deliveries slower than the average in BA?").having
