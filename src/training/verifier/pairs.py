"""Pairs to learn from: a question, what was computed in words, and whether that answers it.

Right ones are the examples of the corpus and the questions that people wrote with their plans; wrong ones are near
misses of the same plans, and what earlier states of the grammar read; `made.py` adds what the corpus hardly holds.
`readings.jsonl` holds those readings, right and wrong, of the questions that ship: `{"question", "said", "right"}`,
judged by their results. None is of a set that is held out (`training.examples.natural.HELD_OUT`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_copilot.library import codec
from crm_copilot.library.describe import Lang, describe
from crm_copilot.library.plan import Plan
from crm_copilot.llm.verifier import compared
from training.examples.noise import roughened
from training.examples.values import Values
from training.verifier.made import Asked, Maker, can_be_timed
from training.verifier.near import near_miss

READINGS = Path(__file__).with_name("readings.jsonl")
_TRIES = 6  # for each near miss that is wanted
# How many near misses stand beside an example, and how much a pair counts: what people wrote is the real thing.
_MISSES = {"people": 6, "drawn": 2}
WEIGHTS = {
    "read": 3.0,
    "people": 2.0,
    "missed": 1.0,
    "drawn": 1.0,
    "missed drawn": 0.7,
    "made": 1.0,
    "missed made": 0.7,
}
_TIMED, _UNSAID, _WHOLE = 0.15, 0.25, 0.4  # of the examples get hours, or unread words; whole questions beside them


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, what was computed in words, whether it is right, and where the pair comes from (`WEIGHTS`)."""

    question: str
    said: str
    right: bool
    kind: str


def read_pairs(file: Path = READINGS) -> Iterator[Pair]:
    """Yield what the grammar read, right and wrong."""
    for line in file.read_text("utf-8").splitlines():
        made = json.loads(line)
        yield Pair(made["question"], made["said"], made["right"], "read")


def example_pairs(lines: Sequence[Mapping[str, Any]], values: Values, rng: random.Random) -> Iterator[Pair]:
    """Yield the examples of the corpus (`{"question", "language", "source", "plan"}`) with near misses of each."""
    for line in lines:
        plan = codec.from_json(line["plan"])
        if plan.special:
            continue
        by_people = not is_drawn(line)
        kind, language = "people" if by_people else "drawn", line["language"]
        asked = line["question"] if language not in ("en", "pt") else roughened(line["question"], language, rng)
        for question in dict.fromkeys((line["question"], asked) if by_people else (line["question"],)):
            tongue: Lang = "pt" if language == "pt" else "en"
            own, missed = describe(plan, tongue), "missed" if by_people else "missed drawn"
            yield Pair(question, own, True, kind)
            for said in _misses(plan, tongue, _MISSES[kind], values, rng):
                if compared(question, said) != compared(question, own):
                    yield Pair(question, said, False, missed)


def made_pairs(lines: Sequence[Mapping[str, Any]], rng: random.Random) -> Iterator[Pair]:
    """Yield whole questions of `made.py` beside the examples, and examples with hours or unread words added."""
    for line in lines:
        plan, language = codec.from_json(line["plan"]), line["language"]
        if plan.special or language not in ("en", "pt"):
            continue
        maker = Maker(language, rng)
        if rng.random() < _WHOLE:
            yield from _judged(rng.choices([*maker.kinds], [*maker.kinds.values()])[0](), maker.language)
        if rng.random() < _TIMED and can_be_timed(plan):
            yield from _judged(maker.clock(line["question"], plan), maker.language)
        if rng.random() < _UNSAID:
            yield Pair(maker.unsaid(line["question"]), describe(plan, maker.language), False, "missed made")


def _judged(asked: Asked, language: Lang) -> Iterator[Pair]:
    question, plan, others = asked
    own = describe(plan, language)
    yield Pair(question, own, True, "made")
    for said in dict.fromkeys(describe(other, language) for other in others):
        if compared(question, said) != compared(question, own):
            yield Pair(question, said, False, "missed made")


def is_drawn(line: Mapping[str, Any]) -> bool:
    """Whether an example was drawn from the grammar; the others were written by people."""
    return str(line["source"]).startswith(("drawn", "written", "library"))


def _misses(plan: Plan, tongue: Lang, count: int, values: Values, rng: random.Random) -> list[str]:
    """Return the words of different near misses; what reads the same as the plan is none."""
    own, found = describe(plan, tongue), dict[str, None]()
    for _ in range(count * _TRIES):
        other = near_miss(plan, rng, values)
        if other is not None and (said := describe(other, tongue)) != own:
            found[said] = None
        if len(found) == count:
            break
    return [*found]
