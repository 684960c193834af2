"""A poisoned batch of thumbs: examples that make answers worse are dropped, those that help stay."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.domain import Solved
from crm_copilot.settings import load_settings
from evaluation.questions import Question, load_all
from training.review import Review, review

MONTHLY = "SELECT strftime(order_purchase_timestamp, '%Y-%m') AS month, count(*) AS n FROM orders GROUP BY 1"
SELLERS = "SELECT count(*) AS n FROM sellers"


@pytest.fixture
def house(fresh_home: Path, tmp_path: Path) -> Iterator[House]:
    home = Path(shutil.copytree(fresh_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sqlite*")))
    house = House(load_settings(env_file=None, home=home, model="library", confidence_threshold=0.7))
    yield house
    house.close()


@pytest.fixture
def questions(house: House, tmp_path: Path) -> list[Question]:
    """Questions in words that the lexicon does not know, and one that it does."""
    sellers = {"sql": SELLERS, "required": ["n"]}
    asked = {
        "the zorgle by month": {"sql": MONTHLY, "required": ["month", "n"], "keys": ["month"]},
        "how many glorzes do we have": sellers,
        "How many sellers are there?": sellers,
    }
    lines = [{"id": text, "question": text, "kind": "scalar", "golds": [gold]} for text, gold in asked.items()]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    return load_all([file], house.dataset)


def confirm(house: House, unknown: str, known: str) -> int:
    """Confirm that an answer is what a declined question meant, and return the number of the example."""
    declined, answer = house.copilot.ask(unknown), house.copilot.ask(known)
    assert house.learning.rate(answer["turn"], 0, thumbs=1, meant=declined["turn"]) == "confirmed"
    return house.store.example_ids()[-1]


def reviewed(house: House, questions: list[Question]) -> Review:
    return review(house.settings, questions)


def test_what_helps_stays(house: House, questions: list[Question]) -> None:
    example = confirm(house, "zorgle by month", "number of orders by month")
    found = reviewed(house, questions)
    assert (found.kept, found.dropped) == (1, ())
    assert (found.comparison.gained, found.comparison.lost) == (1, 0)
    assert house.store.example_ids() == (example,)


def test_what_makes_an_answer_wrong_is_dropped(house: House, questions: list[Question]) -> None:
    helps = confirm(house, "zorgle by month", "number of orders by month")
    harms = confirm(house, "how many glorzes do we have?", "How many products are there?")
    found = reviewed(house, questions)
    assert [(d.id, d.question) for d in found.dropped] == [(harms, "how many glorzes do we have?")]
    assert found.dropped[0].reason == "with it 'how many glorzes do we have' is wrong, without it declined"
    assert house.store.example_ids() == (helps,)
    assert found.comparison.wrong == (0, 0)
    assert house.copilot.ask("how many glorzes do we have?")["status"] == "declined"


def test_a_poisoned_batch_leaves_nothing_behind(house: House, questions: list[Question]) -> None:
    """One example hides another: both go."""
    for known in ("How many products are there?", "How many orders are there?"):
        confirm(house, "how many glorzes do we have?", known) if not house.store.examples() else _again(house, known)
    confirm(house, "zorgle by month", "revenue by month")
    found = reviewed(house, questions)
    assert (len(found.dropped), house.store.example_ids()) == (3, ())
    assert found.comparison.wrong == (0, 0)


def _again(house: House, known: str) -> None:
    """Keep a second example for the same question, as another person's thumb would in another conversation."""
    (first,) = house.store.examples()
    answer = house.copilot.ask(known)["results"][0]
    turn = house.store.begin(known, None).id
    example = Solved(
        turn,
        0,
        first.question,
        answer["plan"],
        answer["code"],
        first.data,
        first.embedded,
        first.vector,
        first.embedder,
    )
    house.store.rate(turn, 0, thumbs=1, example=example)


def test_what_the_library_answers_otherwise_by_now_is_dropped(house: House, questions: list[Question]) -> None:
    confirm(house, "how many glorzes do we have?", "How many products are there?")
    (poison,) = house.store.examples()
    turn = house.store.begin("q", None).id
    known = Solved(turn, 0, "number of sellers", poison.plan, poison.code, *poison_vector(house, "number of sellers"))
    house.store.rate(turn, 0, thumbs=1, example=known)
    found = reviewed(house, questions[:1])
    assert [d.question for d in found.dropped] == ["number of sellers"]
    assert "the library answers it as “number of sellers”" in found.dropped[0].reason


def poison_vector(house: House, question: str) -> tuple[str, str, bytes, str]:
    return house.dataset.info.fingerprint, *house.learned.embedded(question)


def test_without_examples_nothing_changes(house: House, questions: list[Question]) -> None:
    found = reviewed(house, questions)
    assert (found.kept, found.dropped, found.comparison.interval) == (0, (), (0.0, 0.0))
    assert str(found).startswith("0 confirmed examples in use: of 3 questions 1 right instead of 1")
