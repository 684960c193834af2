"""The calibration is fitted on what the house answered, and what is fitted is what ships."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from crm_copilot.settings import Settings
from crm_copilot.understanding.calibration import Calibration
from evaluation.questions import Question, load_all
from evaluation.run import Result
from training.confidence import answered, fit, write

SELLERS = {"sql": "SELECT count(*) AS n FROM sellers", "required": ["n"]}
ORDERS = {"sql": "SELECT count(*) AS n FROM orders", "required": ["n"]}
CLEAR = ["How many orders are there?", "Revenue by state", "Quantos vendedores há?", "top 3 states by revenue"]
UNCLEAR = ["How many orders zigzagged?", "Revenue by wobbly state", "Quantos vendedores xispam?", "top 3 zany states"]


@pytest.fixture(scope="module")
def daring(house_settings: Settings) -> Iterator[House]:
    """The house as the calibration asks it: it answers whatever its confidence."""
    house = House(house_settings.model_copy(update={"confidence_threshold": 0.0}))
    yield house
    house.close()


def questions(folder: Path, house: House, *lines: dict[str, object]) -> list[Question]:
    file = folder / "questions.jsonl"
    numbered = ({"id": f"c-{number}", "kind": "scalar", "golds": [SELLERS]} | line for number, line in enumerate(lines))
    file.write_text("\n".join(map(json.dumps, numbered)), "utf-8")
    return load_all([file], house.dataset)


def results(folder: Path, house: House, outcomes: dict[str, bool]) -> list[Result]:
    asked = questions(folder, house, *({"question": text} for text in outcomes))
    return [
        Result(question, "right" if right else "wrong", 0.9, 0.1, 1, {})
        for question, right in zip(asked, outcomes.values(), strict=True)
    ]


def test_what_was_answered_is_kept(daring: House, tmp_path: Path) -> None:
    asked = questions(
        tmp_path,
        daring,
        {"question": "How many sellers are there?"},
        {"question": "How many sellers are there in all?", "golds": [ORDERS]},
        {"question": "What is the weather tomorrow?", "kind": "decline", "golds": []},
        {"question": "What was the profit?"},
    )
    steps: list[None] = []
    found = answered(daring, asked, lambda: steps.append(None))
    assert [(result.question.id, result.outcome) for result in found] == [("c-0", "right"), ("c-1", "wrong")]
    assert len(steps) == 3


def test_clear_readings_that_are_right_make_clear_readings_sure(house: House, tmp_path: Path) -> None:
    found = fit(house, results(tmp_path, house, dict.fromkeys(CLEAR, True) | dict.fromkeys(UNCLEAR, False)))
    assert found.score > 0
    assert found(0.97, "orders by state") > 0.5 > found(0.3, "orders by state")


def test_long_questions_that_are_wrong_make_long_questions_unsure(house: House, tmp_path: Path) -> None:
    long = [f"{text} and please tell it to me as briefly as you can" for text in CLEAR]
    found = fit(house, results(tmp_path, house, dict.fromkeys(CLEAR, True) | dict.fromkeys(long, False)))
    assert found.length < 0
    assert found(0.9, CLEAR[0]) > found(0.9, long[0])


@pytest.mark.parametrize("right", [True, False])
def test_of_answers_that_are_all_alike_nothing_is_learnt(house: House, tmp_path: Path, right: bool) -> None:
    with pytest.raises(InputError, match="4 answers, all alike"):
        fit(house, results(tmp_path, house, dict.fromkeys(CLEAR, right)))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "calibration.toml"
    write(Calibration(1.5, 2.25, -0.125), file)
    assert Calibration(**tomllib.loads(file.read_text("utf-8"))) == Calibration(1.5, 2.25, -0.125)
