"""`crm evaluate knowledge`: the support answers of the texts that ship, judged by ragas.

Without a judge ragas's own measures without a model and the likeness of sentence vectors are computed; with CRM_MODEL
naming a chat model, that model judges too. What could not be computed is null and says why; it is never 0. ragas stands
in requirements-eval.txt.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import fmean
from typing import Any

from crm_copilot.bootstrap import OWN_MODELS, House, bootstrap
from crm_copilot.errors import InputError
from crm_copilot.interfaces.console import progress
from evaluation.knowledge.samples import Sample, samples

QUESTIONS = Path(__file__).with_name("questions.jsonl")


def evaluate(as_json: bool) -> None:
    """Ask the questions that ship, and report what ragas makes of the answers on standard output."""
    house = bootstrap()
    try:
        found = report(house, QUESTIONS)
    finally:
        house.close()
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n" if as_json else _text(found))


def report(house: House, questions: Path) -> dict[str, Any]:
    """Return the mean of every measure over the answered questions, how many there are, and who judged."""
    try:
        from evaluation.knowledge.measures import judged, unjudged
    except ImportError as error:
        raise InputError(
            f"ragas is not installed ({error}); install it with 'pip install -r requirements-eval.txt'"
        ) from error
    given = samples(house, questions)
    answered = [sample for sample in given if sample.answer]
    judge = house.settings.model if house.settings.model not in OWN_MODELS else None
    found = {**unjudged(house.embedder), **judged(house.settings if judge else None, house.embedder)}
    with progress(len(found) * len(answered)) as step:
        measures = {name: _mean(measure, answered, step) for name, measure in found.items()}
    return {
        "questions": len(given), "answered": len(answered), "judge": judge,
        "right passage first": fmean(sample.contexts[:1] == [sample.reference] for sample in given),
        "measures": measures,
    }  # fmt: skip


def _mean(measure: Any, answered: list[Sample], step: Any) -> dict[str, Any]:
    """Return a measure over the answers; where one could not be computed it is missing, with the reason."""
    values, trouble = [], ""
    for sample in answered:
        try:
            value = float(measure(sample))
            if value == value:
                values.append(value)
            else:
                trouble = "ragas returned no number"
        except Exception as error:
            # A judge fails in the ways of its provider: whatever it is, the number is missing.
            trouble = f"{type(error).__name__}: {str(error)[:120]}"
        step()
    return {"mean": round(fmean(values), 4) if values else None, "of": len(values), "missing": trouble or None}


def _text(found: dict[str, Any]) -> str:
    lines = [f"{found['answered']} of {found['questions']} questions answered, judge: {found['judge'] or 'none'}"]
    for name, value in found["measures"].items():
        mean = "missing" if value["mean"] is None else f"{value['mean']:.3f} (of {value['of']})"
        lines.append(f"{name}: {mean}{': ' + value['missing'] if value['missing'] else ''}")
    return "\n".join(lines) + "\n"
