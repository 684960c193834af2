"""Run a set of questions through the copilot, and say of each whether it was right, wrong, declined or failed.

"Ran without an error" is never counted as right: only a result that holds a gold is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from crm_copilot.copilot import Copilot
from evaluation.matcher import Given, matches, right
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
    """Ask every question in a conversation of its own, or in that of its thread, or after its first question."""
    results = []
    conversations: dict[str, str] = {}
    for question in questions:
        results.append(_ask(copilot, question, matcher, conversations))
        step()
    return results


def _ask(copilot: Copilot, question: Question, matcher: Matcher, conversations: dict[str, str]) -> Result:
    thread = conversations.get(question.thread) if question.thread else None
    if question.first_question:
        thread = copilot.ask(question.first_question)["thread"]
    began = time.perf_counter()
    answer = copilot.ask(question.question, thread=thread)
    seconds = time.perf_counter() - began
    if question.thread:
        conversations[question.thread] = answer["thread"]
    answered = [entry for entry in answer["results"] if entry["status"] == "answered"]
    tables = [Given(entry["columns"], entry["rows"]) for entry in answered]
    declined = answer["status"] == "declined"
    outcome: Outcome = "right" if matcher(question, tables, declined) else _not_right(question, tables, answer)
    confidence = min((entry["confidence"] for entry in answered), default=0.0)
    attempts = max((entry["attempts"] for entry in answer["results"]), default=0)
    return Result(question, outcome, confidence, seconds, attempts, answer)


def _not_right(question: Question, tables: Sequence[Given], answer: Mapping[str, Any]) -> Outcome:
    """Say what an answer is that is not right; of several questions, some right and the others declined: declined."""
    if answer["status"] in ("declined", "failed"):
        return "declined" if answer["status"] == "declined" else "failed"
    some_declined = any(entry["status"] == "declined" for entry in answer["results"])
    return "declined" if question.kind == "multi" and some_declined and _none_wrong(question, tables) else "wrong"


def _none_wrong(question: Question, tables: Sequence[Given]) -> bool:
    """Whether each table is the result of one of the questions of a message."""
    return all(
        any(matches(gold, table, part.order_matters) for part in question.parts for gold in part.golds)
        for table in tables
    )
