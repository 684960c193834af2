"""Which questions ask the same: the words that mean something decide, names and dates take each other's place."""

from __future__ import annotations

from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.library import codec
from crm_copilot.library.plan import Plan
from crm_copilot.retrieval.alike import Wording, adapted, wording

# Nobody has taught the lexicon this word; what it means is what the plan says.
CONFIRMED = "zorgle by seller in São Paulo in 2017"


def worded(house: House, question: str) -> Wording:
    return wording(question, house.values.link, house.calendar)


def plan_of(house: House, question: str) -> dict[str, Any]:
    reading = house.retriever.retrieve(question).reading
    assert reading is not None
    assert reading.plan is not None
    return dict(reading.plan)


def carried(house: House, asked: str, confirmed: str = CONFIRMED) -> Plan | None:
    """Return what the plan of the confirmed question becomes for another one."""
    plan = plan_of(house, confirmed.replace("zorgle", "revenue"))
    found = adapted(plan, worded(house, confirmed), worded(house, asked))
    return None if found is None else codec.from_json(found)


@pytest.mark.parametrize(
    "asked",
    [
        CONFIRMED,
        "Show me the zorgle by seller in São Paulo in 2017, please",
        "what is the zorgle per seller in sao paulo in 2017?",
    ],
)
def test_manners_change_nothing(house: House, asked: str) -> None:
    assert carried(house, asked) == codec.from_json(plan_of(house, CONFIRMED.replace("zorgle", "revenue")))


@pytest.mark.parametrize(
    "asked",
    [
        "zorgle by customer in São Paulo in 2017",
        "zorgle by seller in São Paulo without 2017",
        "average zorgle by seller in São Paulo in 2017",
        "zorgle by seller in 2017",
        "zorgle by seller in São Paulo",
        "zorgle by seller in São Paulo in 2017 and 2018",
        "glorze by seller in São Paulo in 2017",
        "zorgle glorze by seller in São Paulo in 2017",
        "top 5 zorgle by seller in São Paulo in 2017",
        "zorgle by seller in São Paulo in 2017 paid with boleto",
    ],
)
def test_a_word_that_means_something_makes_another_question(house: House, asked: str) -> None:
    assert carried(house, asked) is None


def test_names_and_dates_take_each_others_place(house: House) -> None:
    found = carried(house, "zorgle by seller in Rio de Janeiro in March 2018")
    assert found is not None
    assert [condition.value for condition in found.where] == ["rio de janeiro"]
    assert [(str(p.start), str(p.end), p.label) for p in found.periods] == [("2018-03-01", "2018-04-01", "March 2018")]


def test_numbers_must_be_the_same(house: House) -> None:
    confirmed = "the 5 best zorgle sellers"
    assert carried(house, confirmed, confirmed) is not None
    assert carried(house, "the 7 best zorgle sellers", confirmed) is None


@pytest.mark.parametrize(
    ("confirmed", "asked"),
    [
        ("tempo médio de entrega do zorgle", "tempo mediano de entrega do zorgle"),
        ("which customers zorgled", "how many customers zorgled"),
        ("customers who zorgled before a late delivery", "customers who zorgled after a late delivery"),
        ("most zorgled products", "least zorgled products"),
        ("zorgle >= 5", "zorgle < 5"),
        ("products that zorgled sellers", "sellers that zorgled products"),
        ("zorgle of type b", "zorgle of type c"),
        ("猫的订单", "狗的订单"),
    ],
)
def test_small_words_matter(house: House, confirmed: str, asked: str) -> None:
    one, other = worded(house, confirmed), worded(house, asked)
    assert adapted({}, one, one) == {}
    assert adapted({}, one, other) is None


def test_what_is_said_never_is_another_question(house: House) -> None:
    """Their vectors have a cosine of 0.91."""
    plan = plan_of(house, "number of customers")
    one, other = (worded(house, q) for q in ("customers that ghosted us", "customers that never ghosted us"))
    assert adapted(plan, one, one) == plan
    assert adapted(plan, one, other) is None


def test_a_name_that_the_plan_does_not_hold_cannot_be_exchanged(house: House) -> None:
    plan = plan_of(house, "revenue by seller")
    one, other = (worded(house, f"zorgle by seller in {city}") for city in ("São Paulo", "Rio de Janeiro"))
    assert adapted(plan, one, one) == plan
    assert adapted(plan, one, other) is None


def test_a_period_that_the_plan_does_not_hold_is_of_another_time(house: House) -> None:
    """ "last month" was another one when the answer was confirmed."""
    plan = plan_of(house, "revenue in March 2017")
    assert adapted(plan, worded(house, "zorgle last month"), worded(house, "zorgle last month")) is None


def test_two_names_that_become_one_another_are_exchanged_at_once(house: House) -> None:
    confirmed = "compare the zorgle of SP with RJ"
    plan = {"where": [{"field": "customer_state", "op": "in", "value": ["SP", "RJ"]}]}
    found = adapted(plan, worded(house, confirmed), worded(house, "compare the zorgle of RJ with SP"))
    assert found == {"where": [{"field": "customer_state", "op": "in", "value": ["RJ", "SP"]}]}
