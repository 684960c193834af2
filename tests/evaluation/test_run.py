"""The runner, over everything real: conversations of several turns, and messages that are answered in part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from evaluation.questions import Gold, Part, Question, load_all
from evaluation.run import Result, run

ORDERS = {"sql": "SELECT count(*) AS n FROM orders", "required": ["n"]}
IN_SP = {
    "sql": "SELECT count(*) AS n FROM orders JOIN customers USING (customer_id) WHERE customer_state = 'SP'",
    "required": ["n"],
}
BY_YEAR = {
    "sql": "SELECT year(order_purchase_timestamp) AS year, count(*) AS n "
    "FROM orders JOIN customers USING (customer_id) WHERE customer_state = 'SP' GROUP BY 1",
    "required": ["year", "n"],
    "keys": ["year"],
}


def asked(house: House, folder: Path, *lines: dict[str, Any]) -> list[Result]:
    file = folder / "turns.jsonl"
    file.write_text("".join(json.dumps({"id": str(n), **line}) + "\n" for n, line in enumerate(lines)))
    return run(house.copilot, load_all([file], house.dataset))


def turn(question: str, *golds: dict[str, Any], thread: str | None = "a", kind: str = "followup") -> dict[str, Any]:
    return {"question": question, "kind": kind, "golds": list(golds), "thread": thread}


def test_turns_of_a_thread_are_one_conversation(house: House, tmp_path: Path) -> None:
    results = asked(
        house, tmp_path, turn("How many orders are there?", ORDERS), turn("How many sellers are there?", thread="b"),
        turn("only SP", IN_SP), turn("by year", BY_YEAR),
    )  # fmt: skip
    assert [result.outcome for result in results] == ["right", "wrong", "right", "right"]
    first, other, second, third = (result.answer["thread"] for result in results)
    assert first == second == third != other


def test_without_a_thread_nothing_is_leant_on(house: House, tmp_path: Path) -> None:
    first, second = asked(
        house, tmp_path, turn("How many orders are there?", ORDERS, thread=None), turn("only SP", IN_SP, thread=None)
    )
    assert first.outcome == "right"
    assert first.answer["thread"] != second.answer["thread"]


SELLERS = {"text": "sellers", "golds": [{"sql": "SELECT count(*) AS n FROM sellers", "required": ["n"]}]}


@pytest.mark.parametrize(
    ("message", "part", "outcome"),
    [
        ("How many orders are there? How many sellers are there?", SELLERS, "right"),
        ("How many orders are there; frobnicate the snark blorf", SELLERS, "declined"),
        ("How many customers are there? How many orders are there?", SELLERS, "wrong"),
    ],
)
def test_a_message_is_right_when_all_of_it_is(
    house: House, tmp_path: Path, message: str, part: dict[str, Any], outcome: str
) -> None:
    line = {"question": message, "kind": "multi", "parts": [{"text": "orders", "golds": [ORDERS]}, part]}
    (result,) = asked(house, tmp_path, line)
    assert result.outcome == outcome


def test_a_question_knows_its_set_and_its_parts(house: House, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    line = {"id": "m", "question": "orders and sellers", "kind": "multi", "thread": "t", "parts": [SELLERS]}
    file.write_text(json.dumps(line))
    (question,) = load_all([file], house.dataset)
    assert isinstance(question, Question)
    assert (question.set, question.thread) == ("mine", "t")
    (part,) = question.parts
    assert isinstance(part, Part)
    assert all(isinstance(gold, Gold) and gold.rows for gold in part.golds)
