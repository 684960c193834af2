"""Fit the confidence: how often readings of a score and a length turn out to be right (logistic regression).

Give it questions that the grammar was not written with; with others the product would believe itself too much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from crm_copilot.understanding.calibration import FILE, Calibration, features
from crm_copilot.understanding.reader import read
from evaluation.questions import Question
from evaluation.run import Result, run

_SINGLE = ("scalar", "row", "table", "list")


def answered(house: House, questions: Sequence[Question], step: Callable[[], None]) -> list[Result]:
    """Ask the single questions, and keep what was answered; the house should answer whatever its confidence."""
    single = [question for question in questions if question.kind in _SINGLE]
    return [result for result in run(house.copilot, single, step=step) if result.outcome in ("right", "wrong")]


def fit(house: House, results: Sequence[Result]) -> Calibration:
    """Return the weights that make the answers of `results` most probable.

    Raises InputError when all of them are right, or all are wrong.
    """
    right = np.array([result.outcome == "right" for result in results])
    if len(set(right)) < 2:
        raise InputError(f"{len(results)} answers, all alike; give questions of which some are answered wrong")
    model = LogisticRegression(C=100).fit(np.array([_features(house, result) for result in results]), right)
    score, length = model.coef_[0]
    return Calibration(round(float(model.intercept_[0]), 3), round(float(score), 3), round(float(length), 3))


def _features(house: House, result: Result) -> tuple[float, float]:
    text = result.question.question
    return features(read(text, house.values.link(text), house.calendar).confidence, text)


def write(found: Calibration, file: Path = FILE) -> None:
    """Make it the calibration that ships."""
    file.write_text(
        f"intercept = {found.intercept}\nscore = {found.score}\nlength = {found.length}\n", encoding="utf-8"
    )
