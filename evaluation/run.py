"""Run a set of questions through the copilot, and say of each whether it was right, wrong, declined or failed.

"Ran without an error" is never counted as right: only a result that holds a gold is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from crm_copilot.copilot import Copilot
from evaluation.matcher import Given, right
from evaluation.questions import Question

Outcome = Literal["right", "wrong", "declined", "failed"]
Matcher = Callable[[Question, Sequence[Given], bool], bool]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question."""

    question: Question
    outcome: Outcome
    confidence: float
    seconds: float
    attempts: int
    answer: Mapping[str, Any]


def run(
    copilot: Copilot, questions: Iterable[Question], matcher: Matcher = right, step: Callable[[], None] = lambda: None
) -> list[Result]:
    """Ask every question in a conversation of its own; a follow-up is asked after its first question."""
    results = []
    for question in questions:
        results.append(_ask(copilot, question, matcher))
        step()
    return results


def _ask(copilot: Copilot, question: Question, matcher: Matcher) -> Result:
    thread = None
    if question.first_question:
        thread = copilot.ask(question.first_question)["thread"]
    began = time.perf_counter()
    answer = copilot.ask(question.question, thread=thread)
    seconds = time.perf_counter() - began
    answered = [entry for entry in answer["results"] if entry["status"] == "answered"]
    tables = [Given(entry["columns"], entry["rows"]) for entry in answered]
    declined = answer["status"] == "declined"
    is_right = matcher(question, tables, declined)
    outcome: Outcome = (
        "right" if is_right else "declined" if declined else "failed" if answer["status"] == "failed" else "wrong"
    )
    confidence = min((entry["confidence"] for entry in answered), default=0.0)
    attempts = max((entry["attempts"] for entry in answer["results"]), default=0)
    return Result(question, outcome, confidence, seconds, attempts, answer)
