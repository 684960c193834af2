from __future__ import annotations

import pytest

from understanding.asking import group_limits, keys, plan_of


@pytest.mark.parametrize(
    "question",
    [
        "How many customers ordered in both 2017 and 2018?",
        "quantos clientes compraram em 2017 e também em 2018?",
    ],
)
def test_who_bought_in_both_periods_is_in_each(question: str) -> None:
    plan = plan_of(question)
    assert (plan.periods, keys(plan)) == ((), [])
    assert [having.period.start.year for having in plan.having if having.period] == [2017, 2018]
    assert {limit[:3] for limit in group_limits(plan)} == {("customer_unique_id", "orders", ">")}


def test_a_number_of_both_years_is_two_numbers() -> None:
    assert keys(plan_of("revenue in both 2017 and 2018")) == ["year"]
