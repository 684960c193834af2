"""A confirmed answer helps with the next question, in this process and in others; what cannot be confirmed is refused.

"zorgle" stands for any word of a company's own that the lexicon does not know.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.domain import CONFIRMED
from crm_copilot.errors import InputError, UnknownName
from crm_copilot.settings import load_settings

UNKNOWN, KNOWN = "show me the zorgle by month", "revenue by month"
Opened = Callable[..., House]


@pytest.fixture
def home(fresh_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sqlite*")))


@pytest.fixture
def opened(home: Path) -> Iterator[Opened]:
    """Open the home again, as another process would."""
    houses: list[House] = []

    def make(**settings: Any) -> House:
        houses.append(
            House(
                load_settings(env_file=None, home=home, **{"model": "library", "confidence_threshold": 0.7, **settings})
            )
        )
        return houses[-1]

    yield make
    for house in houses:
        house.close()


@pytest.fixture
def house(opened: Opened) -> House:
    return opened()


def taught(house: House, unknown: str = UNKNOWN, known: str = KNOWN) -> dict[str, Any]:
    """Ask in words that are not understood, ask again in others, and confirm that this was meant."""
    declined = house.copilot.ask(unknown)
    answer = house.copilot.ask(known, thread=declined["thread"])
    assert (declined["status"], answer["status"]) == ("declined", "answered")
    assert house.learning.rate(answer["turn"], 0, thumbs=1, meant=declined["turn"]) == "confirmed"
    return answer


def asked(house: House, question: str) -> tuple[str, str, list[Any]]:
    (result,) = house.copilot.ask(question)["results"]
    source = result["sources"][0]["id"] if result["sources"] else ""
    return result["status"], source.partition(":")[0], result["rows"]


# --------------------------------------------------------------------------------------------- what is learned


def test_what_was_not_understood_is_answered_once_it_was_confirmed(house: House, opened: Opened) -> None:
    rows = taught(house)["results"][0]["rows"]
    assert asked(house, UNKNOWN) == ("answered", "confirmed", rows)
    assert asked(opened(), "zorgle by month, please") == ("answered", "confirmed", rows), "in another process too"


def test_beside_the_small_model_too(house: House, opened: Opened) -> None:
    rows = taught(house)["results"][0]["rows"]
    assert asked(opened(model="embedded"), UNKNOWN) == ("answered", "confirmed", rows)


def test_a_near_question_that_asks_for_something_else_is_not_answered_from_it(house: House) -> None:
    taught(house)
    for question in ("zorgle by quarter", "zorgle by month without canceled orders", "glorze by month"):
        assert asked(house, question)[1] != "confirmed", question


def test_the_values_of_the_question_take_the_place_of_the_confirmed_ones(house: House) -> None:
    taught(house, "zorgle in Rio de Janeiro in 2017", "revenue in Rio de Janeiro in 2017")
    there = house.copilot.ask("revenue in São Paulo in 2018")["results"][0]["rows"]
    assert asked(house, "zorgle in São Paulo in 2018") == ("answered", "confirmed", there)


def test_another_process_that_is_open_already_sees_it(house: House, opened: Opened) -> None:
    other = opened()
    assert asked(other, UNKNOWN)[0] == "declined"
    answer = taught(house)
    assert asked(other, UNKNOWN)[0] == "answered"
    house.learning.rate(answer["turn"], 0, thumbs=None)
    assert asked(other, UNKNOWN)[0] == "declined"


@pytest.mark.parametrize(("thumbs", "outcome"), [(0, "rejected"), (None, "withdrawn")])
def test_another_thumb_takes_it_back(house: House, thumbs: int | None, outcome: str) -> None:
    answer = taught(house)
    assert house.learning.rate(answer["turn"], 0, thumbs=thumbs) == outcome
    assert asked(house, UNKNOWN)[0] == "declined"


def test_an_answer_from_an_example_that_is_rejected_drops_the_example(house: House) -> None:
    taught(house)
    wrong = house.copilot.ask("zorgle by month")
    house.learning.rate(wrong["turn"], 0, thumbs=0)
    assert asked(house, UNKNOWN)[0] == "declined"


def test_no_row_of_an_answer_is_kept(house: House, home: Path) -> None:
    answer = house.copilot.ask("the customer with the highest revenue")
    house.learning.rate(answer["turn"], 0, thumbs=1)
    (example,) = house.store.examples()
    (row,) = answer["results"][0]["rows"]
    kept = f"{example.question} {example.plan} {example.code} {example.embedded}"
    assert not [cell for cell in row if str(cell) in kept]
    assert (example.data, example.scope) == (house.dataset.info.fingerprint, "all")


def test_a_confirmed_example_is_shown_to_whoever_writes(house: House) -> None:
    taught(house)
    found = [p for p in house.retriever.retrieve(UNKNOWN).passages if p.kind == "examples"]
    assert (found[0].id.startswith(CONFIRMED), len(found)) == (True, 5)
    assert found[0].data["plan"]["measures"][0]["metric"] == "revenue"
    assert house.retriever.search("the zorgle", "examples", 1)[0].document.id == found[0].id


def test_a_follow_up_is_learned_in_full(house: House) -> None:
    thread = house.copilot.ask("revenue by month")["thread"]
    answer = house.copilot.ask("only 2018", thread=thread)
    house.learning.rate(answer["turn"], 0, thumbs=1)
    assert "revenue" in house.store.examples()[0].question


def test_one_of_several_questions_is_confirmed(house: House) -> None:
    answer = house.copilot.ask("1. revenue by month 2. number of orders by state")
    assert len(answer["results"]) == 2
    house.learning.rate(answer["turn"], 1, thumbs=1)
    assert [(e.part, e.question) for e in house.store.examples()] == [(1, "number of orders by state")]


def test_examples_can_be_left_out(house: House, opened: Opened) -> None:
    taught(house)
    assert asked(opened(learned_examples=False), UNKNOWN)[0] == "declined"


# -------------------------------------------------------------------------------------------- what is refused


def refused(house: House, match: str, turn: str, part: int = 0, **said: Any) -> None:
    """Check that a rating is refused and that nothing of it is stored."""
    examples = house.store.example_ids()
    with pytest.raises(InputError, match=match):
        house.learning.rate(turn, part, **{"thumbs": 1, **said})
    assert house.store.example_ids() == examples


def test_a_turn_that_does_not_exist(house: House) -> None:
    with pytest.raises(UnknownName, match="no turn 'nowhere'"):
        house.learning.rate("nowhere", 0, thumbs=1)


def test_a_turn_without_an_answer(house: House) -> None:
    refused(house, "is running and has no answer", house.store.begin("q", None).id)


def test_a_part_that_does_not_exist(house: House) -> None:
    refused(house, "part 3 is no part.* 1 'revenue by month'", house.copilot.ask(KNOWN)["turn"], 2)


def test_a_declined_answer_cannot_be_confirmed(house: House) -> None:
    turn = house.copilot.ask(UNKNOWN)["turn"]
    refused(house, "was declined, there is no answer to confirm", turn)
    assert house.store.ratings(turn) == []
    assert house.learning.rate(turn, 0, thumbs=0) == "rejected", "that it was declined may be deplored"


def test_twice_is_once(house: House) -> None:
    answer = taught(house)
    before = house.store.example_ids()
    assert house.learning.rate(answer["turn"], 0, thumbs=1) == "known"
    assert house.store.example_ids() == before


def test_an_answer_from_other_data_cannot_be_confirmed(house: House) -> None:
    turn = house.copilot.ask(KNOWN)["turn"]
    told = house.store.turn(turn).answer
    assert told is not None
    house.store.finish(turn, {**told, "data": "another company"})
    refused(house, "from other data", turn)
    assert house.store.ratings(turn) == []


def test_a_question_that_the_library_answers_otherwise(house: House) -> None:
    """As a chat model may have done, whose answer somebody took for right."""
    turn, other = house.copilot.ask("number of orders by state")["turn"], house.copilot.ask(KNOWN)["results"][0]
    told = dict(house.store.turn(turn).answer or {})
    written = {"sources": [{"kind": "function", "id": "model:x", "text": ""}], "plan": None, "understood_as": ""}
    wrong = {**other, **written, "question": "number of orders by state"}
    house.store.finish(turn, {**told, "results": [wrong]})
    refused(house, "the library answers 'number of orders by state'.*nothing was stored", turn)
    assert house.store.ratings(turn) == []


def test_an_answer_of_a_model_that_the_library_agrees_with(house: House) -> None:
    turn = house.copilot.ask(KNOWN)["turn"]
    told = dict(house.store.turn(turn).answer or {})
    (result,) = told["results"]
    code = "def answer(orders):\n    return 1\n"
    written = {"sources": [{"kind": "function", "id": "model:x", "text": ""}], "code": code}
    house.store.finish(turn, {**told, "results": [{**result, **written}]})
    assert house.learning.rate(turn, 0, thumbs=1) == "confirmed"
    (example,) = house.store.examples()
    assert (example.code, example.plan) == (code, result["plan"]), "the plan was run, and gives the same"


def test_code_without_a_plan_answers_the_same_question_only(house: House) -> None:
    declined = house.copilot.ask("zorgle of all sellers")["turn"]
    turn = house.copilot.ask("number of sellers")["turn"]
    told = dict(house.store.turn(turn).answer or {})
    code = "def answer(sellers):\n    return len(sellers)\n"
    written = {"sources": [{"kind": "function", "id": "model:x", "text": ""}], "code": code, "plan": None}
    house.store.finish(turn, {**told, "results": [{**told["results"][0], **written}]})
    house.learning.rate(turn, 0, thumbs=1, meant=declined)
    assert house.store.examples()[0].plan is None
    assert asked(house, "the zorgle of all sellers")[:2] == ("answered", "confirmed")
    assert asked(house, "zorgle of all customers")[0] == "declined"


@pytest.mark.parametrize(
    ("question", "match"), [(KNOWN, "no single question that was declined"), ("what is our profit?", "do not hold")]
)
def test_what_cannot_have_been_meant(house: House, question: str, match: str) -> None:
    other = house.copilot.ask(question)["turn"]
    refused(house, match, house.copilot.ask("number of orders")["turn"], meant=other)
