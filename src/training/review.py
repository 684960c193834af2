"""Confirmed examples pass the gate that models pass: the frozen set is asked with them and without.

An example is dropped where a question got worse by it, and where the library, which may have learned since, answers the
example's own question otherwise. Only questions for which examples are found can change, so only those are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.domain import CONFIRMED, Solved
from crm_copilot.reflection.content import content
from crm_copilot.settings import Settings
from evaluation.questions import Question
from evaluation.replay import replay
from evaluation.run import Outcome
from training.gate import WORTH, Comparison, compare


@dataclass(frozen=True, slots=True)
class Dropped:
    """An example that is used no longer, and why."""

    id: int
    question: str
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """What a review found: how many examples are left, which were dropped, and what those left are worth."""

    kept: int
    dropped: tuple[Dropped, ...]
    comparison: Comparison

    def __str__(self) -> str:
        lines = [f"dropped {d.id} {d.question!r}: {d.reason}" for d in self.dropped]
        return "\n".join([*lines, f"{self.kept} confirmed examples in use: {self.comparison}"])

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        dropped = [{"id": d.id, "question": d.question, "reason": d.reason} for d in self.dropped]
        return {"kept": self.kept, "dropped": dropped, "frozen": self.comparison.to_json()}


def review(settings: Settings, questions: Sequence[Question], step: Callable[[], None] = lambda: None) -> Review:
    """Drop the examples that do harm, and say what the others are worth; `step` is called for each question."""
    without, using = (House(settings.model_copy(update={"learned_examples": on})) for on in (False, True))
    try:
        dropped = list(_contradicting(without))
        before = replay(without, questions, step)
        while True:
            after = _asked_with_examples(using, questions, before)
            harmful = _harmful(using, questions, before, after)
            if not harmful:
                break
            dropped += _drop(using, harmful)
        return Review(len(using.store.example_ids()), tuple(dropped), compare(before, after))
    finally:
        without.close()
        using.close()


def _asked_with_examples(house: House, questions: Sequence[Question], before: Sequence[Outcome]) -> list[Outcome]:
    """Ask again what an example is found for; nothing else can have another answer."""
    found = zip(questions, before, strict=True)
    return [replay(house, [q])[0] if _nearest(house, q.question) else outcome for q, outcome in found]


def _nearest(house: House, question: str) -> int | None:
    """Return the example that stands first for a question, None when there is none."""
    passages = house.retriever.retrieve(question).passages
    names = (passage.id.removeprefix(CONFIRMED) for passage in passages if passage.id.startswith(CONFIRMED))
    return next(map(int, names), None)


def _harmful(
    house: House, questions: Sequence[Question], before: Sequence[Outcome], after: Sequence[Outcome]
) -> dict[int, str]:
    """Return the examples that stand first where an answer got worse, with what became of it."""
    found: dict[int, str] = {}
    for question, old, new in zip(questions, before, after, strict=True):
        example = _nearest(house, question.question) if WORTH[new] < WORTH[old] else None
        if example is not None:
            found[example] = f"with it {question.question!r} is {new}, without it {old}"
    return found


def _contradicting(house: House) -> Iterator[Dropped]:
    """Drop the examples whose question the library by now answers with another result."""
    found = {example.id: reason for example in house.store.examples() if (reason := _contradiction(house, example))}
    yield from _drop(house, found)


def _contradiction(house: House, example: Solved) -> str:
    known, own = house.answered_by_library(example.question), house.sandbox.run(example.code)
    if known["status"] != "answered" or not own.ok or content(known["rows"]) == content(own.rows):
        return ""
    return f"the library answers it as “{known['understood_as']}”, with another result"


def _drop(house: House, reasons: Mapping[int, str]) -> list[Dropped]:
    questions = {example.id: example.question for example in house.store.examples()}
    for number, reason in reasons.items():
        house.store.drop_example(number, reason)
    return [Dropped(number, questions[number], reason) for number, reason in reasons.items()]
