from __future__ import annotations

import pytest

from understanding.asking import keys, plan_of


@pytest.mark.parametrize(
    ("question", "grains"),
    [("orders by year and month", ["month"]), ("monthly trend of orders", ["month"]), ("orders by year", ["year"])],
)
def test_one_grain_is_kept(question: str, grains: list[str]) -> None:
    assert keys(plan_of(question)) == grains


def test_cohorts_are_dated_by_the_first_purchase() -> None:
    assert plan_of("revenue by month of first purchase").time == "first_purchase"


def test_reviews_are_dated_by_their_own_day_where_it_is_said() -> None:
    assert plan_of("how many reviews were created in 2018?").time == "review_creation_date"
    assert plan_of("how many reviews in 2018?").time is None
