"""Fit how much each voice counts: how often a result is right that the grammar, the small model or both computed.

Every question's candidates are written and run as they are served; each different result is one example of the
regression. Give it questions that neither the grammar nor the model was made with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from crm_copilot.bootstrap import House
from crm_copilot.domain import Execution, Program, together
from crm_copilot.errors import InputError
from crm_copilot.reflection.agreement import FILE, Agreement, features
from crm_copilot.reflection.content import content
from evaluation.matcher import Given, right
from evaluation.questions import Question

_SINGLE = ("scalar", "row", "table", "list")


@dataclass(frozen=True, slots=True)
class Heard:
    """One result of a question: whose it is, how sure the grammar was, and whether it is right."""

    question: str
    voices: Mapping[str, float]
    reading: float | None
    right: bool


def heard(house: House, questions: Sequence[Question], step: Callable[[], None] = lambda: None) -> list[Heard]:
    """Return every result that the candidates of the single questions have."""
    found: list[Heard] = []
    for question in questions:
        if question.kind in _SINGLE and not (question.thread or question.first_question):
            found += _of_question(house, question)
        step()
    return found


def _of_question(house: House, question: Question) -> Iterator[Heard]:
    context = house.retriever.retrieve(question.question)
    programs = house.code_model.write(context, ())
    executions = [house.sandbox.run(program.code) for program in programs]
    reading = next((p.voices["library"] for p in programs if "library" in p.voices), None)
    groups: dict[str, list[tuple[Program, Execution]]] = {}
    for program, execution in zip(programs, executions, strict=True):
        if execution.ok:
            groups.setdefault(content(execution.rows), []).append((program, execution))
    for same in groups.values():
        table = Given(same[0][1].columns, same[0][1].rows)
        voices = together(program.voices for program, _ in same)
        yield Heard(question.id, voices, reading, right(question, [table], declined=False))


def fit(found: Sequence[Heard]) -> Agreement:
    """Return the weights that make what was right most probable; raise InputError when all is right or all is wrong."""
    labels = np.array([each.right for each in found])
    if len(set(labels)) < 2:
        raise InputError(f"{len(found)} results, all alike; give questions of which some are answered wrong")
    known = np.array([features(each.voices, each.reading) for each in found])
    model = LogisticRegression(C=1.0, max_iter=1000).fit(known, labels)
    weights = (round(float(weight), 3) for weight in model.coef_[0])
    return Agreement(round(float(model.intercept_[0]), 3), *weights)


def write(found: Agreement, file: Path = FILE) -> None:
    """Make it the weights that ship."""
    names = [field.name for field in fields(Agreement)]
    file.write_text("".join(f"{name} = {getattr(found, name)}\n" for name in names), encoding="utf-8")
