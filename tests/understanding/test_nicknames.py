"""Places as people call them in short are the cities and states of the data."""

from __future__ import annotations

from datetime import date

import pytest

from crm_copilot.understanding.followup import merge
from crm_copilot.understanding.nicknames import find_nicknames
from crm_copilot.understanding.text import tokenize
from understanding.asking import CALENDAR, limits, link, plan_of, reading_of

PLACES = [
    ("revenue from rio by quarter", "customer_city", "rio de janeiro"),
    ("average ticket in Sampa", "customer_city", "sao paulo"),
    ("quantas avaliações de bh", "customer_city", "belo horizonte"),
    ("vendedores de floripa", "seller_city", "florianopolis"),
    ("faturamento do estado do Rio", "customer_state", "RJ"),
    ("freight in the state of rio", "customer_state", "RJ"),
    ("freight in Rio (RJ)", "customer_state", "RJ"),
    ("freight in rio (state)", "customer_state", "RJ"),
]


@pytest.mark.parametrize(("question", "field", "value"), PLACES, ids=[place[0] for place in PLACES])
def test_a_place_is_known_by_its_short_name(question: str, field: str, value: str) -> None:
    assert limits(plan_of(question)) == [(field, "==", value)]


def test_beside_other_states_the_state_of_that_name_is_meant() -> None:
    assert limits(plan_of("revenue in Bahia and rio")) == [("customer_state", "in", ("BA", "RJ"))]
    assert limits(plan_of("freight in Rio, RJ")) == [
        ("customer_city", "==", "rio de janeiro"),
        ("customer_state", "==", "RJ"),
    ]


def test_a_longer_name_of_the_data_comes_first() -> None:
    question = "customers in rio branco"
    plan = plan_of(question, link(question, "rio branco", "customer_city", "rio branco"))
    assert limits(plan) == [("customer_city", "==", "rio branco")]


def test_another_accent_is_another_place() -> None:
    assert not list(find_nicknames(tokenize("orders from Poá")))
    assert [m.value for m in find_nicknames(tokenize("orders from POA"))] == ["porto alegre"]


@pytest.mark.parametrize("fragment", ["what about rio?", "e só do Rio?", "and rio's?"])
def test_a_follow_up_names_a_place_in_short(fragment: str) -> None:
    question = "how many orders from curitiba in 2018?"
    before = plan_of(question, link(question, "curitiba", "customer_city", "curitiba"))
    after = merge(fragment, before, [], CALENDAR)
    assert after is not None
    assert after.plan is not None
    assert ("customer_city", "==", "rio de janeiro") in limits(after.plan)
    assert [p.start for p in after.plan.periods] == [date(2018, 1, 1)]


def test_after_a_state_the_state_of_that_name_is_meant() -> None:
    after = merge("and rio?", plan_of("how many orders from SC in 2018?"), [], CALENDAR)
    assert after is not None
    assert after.plan is not None
    assert limits(after.plan) == [("customer_state", "==", "RJ")]


def test_a_city_that_is_also_a_word_is_meant_where_only_a_place_can_stand() -> None:
    question = "orders in contagem"
    placed = plan_of(question, link(question, "contagem", "customer_city", "contagem", 0.95))
    assert limits(placed) == [("customer_city", "==", "contagem")]
    assert limits(plan_of("contagem de pedidos por mês")) == []


def test_sales_of_natal_may_be_those_of_christmas() -> None:
    question = "vendas de natal em 2017"
    found = link(question, "natal", "customer_city", "natal", 0.9)
    assert reading_of(question, found).confidence < 0.5
