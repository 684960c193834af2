"""The frozen set: questions that never change, asked of a house before and after something was learned.

Each goes through the graph, as a conversation of one question does, and nothing is written down. The file is held to
its checksum: two models can only be compared by the same questions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.data import Dataset
from crm_copilot.errors import InputError
from evaluation.matcher import Given, right
from evaluation.questions import Question, load_all
from evaluation.run import Outcome

FROZEN = Path(__file__).parent / "frozen" / "questions.jsonl"
_OF_SEVERAL = ("multi", "followup")
_MANIFEST = FROZEN.with_name("manifest.json")


def frozen(dataset: Dataset, also: Sequence[Path] = ()) -> list[Question]:
    """Return the questions of the frozen set, and the single ones of further files, with their golds on these data.

    Raises InputError when the frozen set was changed.
    """
    expected = json.loads(_MANIFEST.read_text("utf-8"))["sha256"]
    if hashlib.sha256(FROZEN.read_bytes()).hexdigest() != expected:
        raise InputError(
            f"{FROZEN} was changed, so models can no longer be compared by it; restore it with"
            " 'git checkout evaluation/frozen', and write new questions into a file of their own"
        )
    return [question for question in load_all([FROZEN, *also], dataset) if question.kind not in _OF_SEVERAL]


def replay(house: House, questions: Sequence[Question], step: Callable[[], None] = lambda: None) -> list[Outcome]:
    """Ask every question; return what became of each."""
    graph, outcomes = house.graph(), []
    for question in questions:
        outcomes.append(_outcome(graph, question))
        step()
    return outcomes


def _outcome(graph: Any, question: Question) -> Outcome:
    try:
        result = graph.invoke({"question": question.question})["result"]
    except InputError:  # a prompt that is too long for the model is a question that it cannot answer
        return "failed"
    if result["status"] == "failed":
        return "failed"
    declined = result["status"] == "declined"
    tables = [] if declined else [Given(result["columns"], result["rows"])]
    return "right" if right(question, tables, declined) else "declined" if declined else "wrong"
