"""The frozen set: never changed unnoticed, asked without a trace, and each outcome named for what it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from evaluation import replay as replaying
from evaluation.questions import Question, load_all
from evaluation.replay import FROZEN, frozen, replay


def test_the_frozen_set_is_whole_and_its_golds_can_be_computed(house: House) -> None:
    questions = frozen(house.dataset)
    manifest = json.loads(FROZEN.with_name("manifest.json").read_text("utf-8"))
    assert len(questions) == len({question.question for question in questions}) == manifest["questions"]
    answerable = [question for question in questions if question.kind != "decline"]
    assert all(gold.rows is not None for question in answerable for gold in question.golds)
    assert {question.lang for question in questions} == {"en", "pt"}


def test_single_questions_of_other_files_are_asked_with_it(house: House) -> None:
    more = FROZEN.parents[1] / "questions" / "portuguese-2.jsonl"
    questions = frozen(house.dataset, [more])
    added = {question.kind for question in questions[len(frozen(house.dataset)) :]}
    assert added
    assert not added & {"multi", "followup"}


def test_no_other_set_holds_a_question_of_it_in_the_same_words_and_form() -> None:
    """Three common questions stand in other sets too; the set would be worth little if many did."""
    others = [line for file in FROZEN.parents[1].glob("questions/*.jsonl") for line in file.open(encoding="utf-8")]
    asked = {json.loads(line)["question"].casefold() for line in others}
    lines = FROZEN.read_text("utf-8").splitlines()
    assert sum(json.loads(line)["question"].casefold() in asked for line in lines) <= 3


def test_a_changed_set_is_refused(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(FROZEN.parent, tmp_path / "frozen"))
    changed = folder / FROZEN.name
    changed.write_text(changed.read_text("utf-8").replace("2018", "2017", 1), "utf-8")
    monkeypatch.setattr(replaying, "FROZEN", changed)
    with pytest.raises(InputError, match="git checkout evaluation/frozen"):
        frozen(house.dataset)


@pytest.fixture
def questions(house: House, tmp_path: Path) -> list[Question]:
    def line(text: str, sql: str = "SELECT 1 AS n", kind: str = "scalar") -> str:
        golds = [] if kind == "decline" else [{"sql": sql, "required": ["n"]}]
        return json.dumps({"id": text, "question": text, "kind": kind, "golds": golds})

    file = tmp_path / "questions.jsonl"
    right = line("How many sellers are there?", "SELECT count(*) AS n FROM sellers")
    others = [
        line("How many orders are there?"),
        line("zorgle the glorze"),
        line("what is our profit?", kind="decline"),
    ]
    file.write_text("\n".join([right, *others]))
    return load_all([file], house.dataset)


def test_outcomes_are_those_of_an_evaluation_and_nothing_is_written_down(
    house: House, questions: list[Question]
) -> None:
    before, steps = house.store.conversations(), []
    assert replay(house, questions, lambda: steps.append(1)) == ["right", "wrong", "declined", "right"]
    assert (len(steps), house.store.conversations()) == (4, before)
