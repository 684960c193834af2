"""Questions as people ask them, as examples, and the same with other values.

They are the questions that ship whose reading gives a right result, and those of `phrases/asked_*.jsonl`, which were
written with their plans and hold what the grammar does not read. Values, years and months of the question are replaced
in its words and in its plan. The latest sets, written by people who had not seen the grammar, stay out of training:
they are what the model is measured with.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from crm_copilot.bootstrap import House
from crm_copilot.domain import LinkedValue, Period
from crm_copilot.library import notation
from crm_copilot.library.calendar import period_label
from crm_copilot.library.plan import Condition, Plan
from crm_copilot.understanding.periods import find_periods
from crm_copilot.understanding.reader import read
from crm_copilot.understanding.text import language_of
from evaluation.matcher import Given, right
from evaluation.questions import Question, load_all
from training.examples.solve import Example
from training.examples.values import Values
from training.examples.words import FOLDER
from training.plan_sql import to_sql

HELD_OUT = (
    "ten-voices", "everyday-3", "everyday-4", "plain-words-2", "plain-words-3", "plain-words-4", "field-notes",
    "at-work", "at-work-2", "at-work-3", "at-work-4", "at-work-5", "clerks", "two-minds", "sales-desk",
    "store-analysts", "colleagues", "portfolio", "vendedores", "talks", "operations", "dialogues", "representantes",
    "balcao", "chats", "requests",
)  # fmt: skip
_YEAR = re.compile(r"\b(2017|2018)\b")
_MONTHS = {
    "en": "january february march april may june july august september october november december".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
_MONTH = re.compile(
    rf"\b(?:{'|'.join(m for months in _MONTHS.values() for m in months if m != 'may')})\b", re.IGNORECASE
)


def natural(house: House, files: Sequence[Path]) -> Iterator[Example]:
    """Yield the single questions of the files whose plan computes a gold on the data in use."""
    for file in files:
        for question in load_all([file], house.dataset):
            plan = _right_plan(house, question)
            if plan is not None:
                yield Example(
                    question.question, language_of(question.question), plan, file.stem, f"{file.stem}:{question.id}"
                )


def asked() -> Iterator[Example]:
    """Yield the questions that were written together with their plans."""
    for language in ("en", "pt"):
        for line in (FOLDER / f"asked_{language}.jsonl").read_text("utf-8").splitlines():
            made = json.loads(line)
            plan = notation.parse(made["plan"])
            yield Example(made["question"], language, plan, "asked", f"asked:{made['question']}")


def _right_plan(house: House, question: Question) -> Plan | None:
    if question.kind in ("decline", "multi", "followup") or question.thread or question.first_question:
        return None
    plan = read(question.question, tuple(house.values.link(question.question)), house.calendar).plan
    if plan is None or plan.special:
        return plan
    try:
        with house.dataset.connect() as connection:
            found = connection.execute(to_sql(plan))
            columns = tuple(column[0] for column in found.description or ())
            given = Given(columns, tuple(map(tuple, found.fetchall())))
    except Exception:
        return None
    return plan if right(question, [given], declined=False) else None


def varied(example: Example, house: House, values: Values, rng: random.Random) -> Example | None:
    """Return the example with other values and another time; None when nothing in it can be replaced."""
    text, plan = _with_other_values(example, house.values.link(example.question), values, rng)
    text, plan = _at_another_time(text, plan, house, rng)
    if text == example.question:
        return None
    return replace(example, question=text, plan=plan)


def _with_other_values(
    example: Example, links: Sequence[LinkedValue], values: Values, rng: random.Random
) -> tuple[str, Plan]:
    text, plan = example.question, example.plan
    for link in sorted(links, key=lambda link: -link.start):
        tests = [t for t in plan.where if t.value == link.value and t.field == link.column]
        if len(tests) != 1 or link.column not in values.counts or rng.random() < 0.2:
            continue
        other = values.draw(rng, link.column)
        said = other.replace("_", " ")
        text = text[: link.start] + (said.title() if text[link.start].isupper() else said) + text[link.end :]
        changed = Condition(tests[0].field, tests[0].op, other)
        plan = plan.but(where=tuple(changed if t == tests[0] else t for t in plan.where))
    return text, plan


def _at_another_time(text: str, plan: Plan, house: House, rng: random.Random) -> tuple[str, Plan]:
    """Swap the years, or one month for another, where the reading of the new words has as many periods."""
    if not plan.periods or plan.special:
        return text, plan
    swapped = _YEAR.sub(lambda year: "2018" if year[0] == "2017" else "2017", text) if rng.random() < 0.5 else text
    if rng.random() < 0.6:
        swapped = _MONTH.sub(lambda name: _other_month(name[0], rng), swapped)
    old, new = (_periods(words, house) for words in (text, swapped))
    places = [old.index((p.start, p.end)) if (p.start, p.end) in old else -1 for p in plan.periods]
    if swapped == text or len(old) != len(new) or -1 in places:
        return text, plan
    periods = tuple(Period(*new[place], period_label(*new[place])) for place in places)
    if any(new.start == old.start for new, old in zip(periods, plan.periods, strict=True)):
        return text, plan  # other words for the same days teach what is not so
    return swapped, plan.but(periods=periods)


def _periods(text: str, house: House) -> list[tuple[date, date]]:
    found = find_periods(text, house.calendar.last, house.calendar.first)
    return [(hit.first, hit.last) for hit in found if hit.first and hit.last]


def _other_month(name: str, rng: random.Random) -> str:
    language = "en" if name.lower() in _MONTHS["en"] else "pt"
    other = rng.choice(_MONTHS[language])
    return other.title() if name[0].isupper() else other
