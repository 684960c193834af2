from __future__ import annotations

import pytest

from crm_copilot.understanding.mentions import gather
from understanding.asking import CALENDAR, draft_of, link


def found(text: str, kind: str) -> list[object]:
    return [item.value for item in draft_of(text).items if item.kind == kind]


@pytest.mark.parametrize(
    ("text", "number"),
    [("orders above 1.500", 1500.0), ("orders above 1,500", 1500.0), ("orders above 99,90", 99.9),
     ("orders above 2k", 2000.0), ("pedidos acima de 3 mil", 3000.0), ("twelve orders", 12.0)],
)  # fmt: skip
def test_numbers(text: str, number: float) -> None:
    assert found(text, "number") == [number]


def test_a_year_is_a_period_and_no_number() -> None:
    assert found("orders in 2017", "number") == []
    (period,) = found("orders in 2017", "period")
    assert period.label == "2017"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("text", "state"), [("orders in PR", "PR"), ("orders in sp", "SP")])
def test_state_codes(text: str, state: str) -> None:
    assert found(text, "value") == [state]


def test_two_letters_of_a_shouted_question_are_no_state() -> None:
    assert found("LIST ALL OF THE ORDERS TO PA", "value") == []


def test_linked_values_stand_where_their_words_are() -> None:
    question = "orders of garden tools"
    _, mentions = gather(
        question, "en", [link(question, "garden tools", "product_category", "garden_tools", 0.6)], CALENDAR
    )
    (value,) = (m for m in mentions if m.kind == "value")
    assert (value.value, value.text, value.fuzzy) == ("garden_tools", "garden tools", True)


def test_bands_keep_their_numbers() -> None:
    assert found("orders of under 50, 50 to 100, over 100", "number") == []
    assert found("orders of under 50, 50 to 100, over 100", "bands") == [(50.0, 100.0)]


def test_a_number_in_an_abbreviation_is_none() -> None:
    def numbers(text: str) -> list[object]:
        return [item.value for item in draft_of(text).items if item.kind == "number"]

    assert numbers("4PL dashboard, B2B orders") == []
    assert numbers("orders above 4K") == [4000.0]


def test_a_plain_word_is_no_category() -> None:
    for question, word, value in (
        ("how many orders held stuff from SP", "stuff", "cool_stuff"),
        ("orders of Christmas week", "Christmas", "christmas_supplies"),
    ):
        linked = link(question, word, "product_category", value, 0.75)
        _, mentions = gather(question, "en", [linked], CALENDAR)
        assert all(mention.name != "product_category" for mention in mentions), question


@pytest.mark.parametrize(
    ("text", "states"),
    [("revenue in rn", ["RN"]), ("pedidos no mt em 2018", ["MT"]), ("how do we go to pa", []), ("a pe", [])],
)
def test_a_state_in_small_letters_is_one_where_a_place_must_stand(text: str, states: list[str]) -> None:
    assert found(text, "value") == states
