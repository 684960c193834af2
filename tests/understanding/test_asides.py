"""Sayings of several words: without freight beside money, shares of a hundred, the headcount of sellers."""

from __future__ import annotations

import pytest

from understanding.asking import limits, plan_of, reading_of

WITHOUT_FREIGHT = [
    ("revenue by region not counting shipping", "revenue by region"),
    ("mean price excluding the freight cost by quarter", "mean price by quarter"),
    ("how much did we sell in 2017, freight not included", "how much did we sell in 2017"),
    ("ticket médio sem incluir o frete por região", "ticket médio por região"),
    ("faturamento de 2017 desconsiderando o valor do frete", "faturamento de 2017"),
]
SHARES = [
    ("late orders per 100 orders by region", "share of late orders by region"),
    ("pedidos cancelados a cada 100 pedidos por região", "percentual de pedidos cancelados por região"),
    ("canceled orders by region relative to how many they place", "share of canceled orders by region"),
    (
        "pedidos atrasados por região proporcionalmente ao total de pedidos",
        "percentual de pedidos atrasados por região",
    ),
]
COUNTS = [
    ("headcount of our sellers by region", "number of sellers by region"),
    ("customer headcount in SC", "number of customers in SC"),
]
SAME = [*WITHOUT_FREIGHT, *SHARES, *COUNTS]


@pytest.mark.parametrize(("said", "meant"), SAME, ids=[said for said, _ in SAME])
def test_a_saying_means_what_shorter_words_mean(said: str, meant: str) -> None:
    one, other = plan_of(said), plan_of(meant)
    assert (one.by, one.where, one.periods, one.order) == (other.by, other.where, other.periods, other.order)
    assert [(m.field, m.agg, m.part) for m in one.measures] == [(m.field, m.agg, m.part) for m in other.measures]


def test_freight_that_is_charged_or_not_is_still_a_condition() -> None:
    assert limits(plan_of("average freight excluding free freight")) == [("is_free_freight", "is not", True)]


def test_what_is_paid_holds_the_freight() -> None:
    assert reading_of("how much did customers pay excluding freight").confidence < 0.6


def test_the_headcount_of_a_staff_stays_out_of_scope() -> None:
    assert reading_of("headcount of employees").scope == "staff"


def test_late_ones_out_of_a_hundred_are_a_share() -> None:
    (measure,) = plan_of("de cada 100 entregas em SC, quantas atrasam?").measures
    assert [condition.field for condition in measure.part] == ["is_late"]
