from __future__ import annotations

import pytest

from understanding.asking import keys, limits, plan_of


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("Which city has the most sellers, leaving out RJ?", ("seller_state", "!=", "RJ")),
        ("Qual cidade tem mais vendedores, sem contar MG?", ("seller_state", "!=", "MG")),
        ("number of sellers by state in the Northeast", ("seller_region", "==", "Northeast")),
        ("Quantos vendedores há fora de SC?", ("seller_state", "!=", "SC")),
    ],
)
def test_where_only_sellers_are_counted_the_place_is_theirs(question: str, limit: tuple[str, str, object]) -> None:
    assert limits(plan_of(question)) == [limit]


def test_the_groups_are_on_the_same_side() -> None:
    assert keys(plan_of("Which city has the most sellers, leaving out RJ?")) == ["seller_city"]


@pytest.mark.parametrize("question", ["revenue by city, leaving out RJ", "Receita por cidade, sem contar RJ"])
def test_other_measures_leave_the_place_to_the_customers(question: str) -> None:
    assert limits(plan_of(question)) == [("customer_state", "!=", "RJ")]


def test_customers_beside_the_sellers_keep_their_place() -> None:
    assert limits(plan_of("how many sellers do customers from BA buy from?")) == [("customer_state", "==", "BA")]
