"""Wordings that people wrote for a plan, with {where}, {period} and {k} left open: drawn and filled like frames."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from crm_copilot.library import notation
from crm_copilot.library.plan import Plan
from training.examples.draw import Draw, draw_filters
from training.examples.noise import roughened
from training.examples.periods import draw_period
from training.examples.values import Values
from training.examples.words import FOLDER, Slots, fill, tidy

_LIMITS = (1, 2, 3, 3, 4, 5, 5, 5, 6, 8, 10, 10, 15, 20)
_THRESHOLDS = (2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a plan."""

    plan: str
    language: str
    text: str


@cache
def wordings(language: str) -> Sequence[Wording]:
    """Return every wording of a language."""
    lines = (FOLDER / f"questions_{language}.jsonl").read_text("utf-8").splitlines()
    found = (json.loads(line) for line in lines)
    return tuple(Wording(entry["plan"], language, text) for entry in found for text in entry["wordings"])


def ask_written(language: str, rng: random.Random, values: Values) -> tuple[str, str, Draw]:
    """Return a question, its template and what was drawn for it; KeyError when a phrase is missing."""
    wording = rng.choice(wordings(language))
    made = _numbered(Draw("written", notation.parse(wording.plan)), wording.text, rng)
    made = _filled(made, wording.text, rng, values)
    slots = Slots(language, rng)
    fill(slots, made)
    text = roughened(tidy(wording.text.format_map(slots.filled)), language, rng)
    return text, f"{language}:written:{wording.plan}", made


def _numbered(made: Draw, text: str, rng: random.Random) -> Draw:
    plan, given = made.plan, dict(made.slots)
    if "{k}" in text:
        given["k"] = rng.choice(_LIMITS[1:])
        plan = plan.but(limit=given["k"])
    if "{n}" in text and plan.having:
        given["n"] = rng.choice(_THRESHOLDS)
        first, *others = plan.having
        plan = plan.but(having=(replace(first, value=given["n"]), *others))
    return replace(made, plan=plan, slots=given)


def _filled(made: Draw, text: str, rng: random.Random, values: Values) -> Draw:
    if made.plan.special:
        return made
    used = [key.field for key in made.plan.by] + [test.field for test in made.plan.conditions()]
    filters = draw_filters(rng, values, used) if "{where}" in text else ()
    said = draw_period(rng, values.first, values.last) if "{period}" in text and rng.random() < 0.5 else None
    if made.plan.periods:
        said = None
    plan: Plan = made.plan.but(where=(*made.plan.where, *(f.condition for f in filters)))
    return replace(made, plan=plan.but(periods=(said.period,)) if said else plan, filters=filters, said=said)
