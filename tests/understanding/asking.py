"""Short ways to ask the reader, by the calendar of the demo company and without its values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fakes import FIRST, LAST

from crm_copilot.domain import LinkedValue, Period
from crm_copilot.library import notation
from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.reader import Calendar, Reading, read
from crm_copilot.understanding.text import language_of

CALENDAR = Calendar(FIRST, LAST)
YEAR_17 = Period(date(2017, 1, 1), date(2018, 1, 1), "2017")
YEAR_18 = Period(date(2018, 1, 1), date(2019, 1, 1), "2018")


def reading_of(question: str, *links: LinkedValue) -> Reading:
    return read(question, links, CALENDAR)


def plan_of(question: str, *links: LinkedValue) -> Plan:
    """Return the plan of a question that must be read without a doubt that counts."""
    reading = reading_of(question, *links)
    assert reading.plan is not None, f"{question!r} was not read: {reading}"
    assert reading.confidence >= 0.8, f"{question!r}: {dict(reading.doubts)}"
    return reading.plan


def draft_of(question: str, *links: LinkedValue) -> Draft:
    """Return the workbench of a question before anything is read."""
    language = language_of(question)
    tokens, mentions = gather(question, language, links, CALENDAR)
    fillers = {i for m in mentions if m.kind == "filler" for i in range(m.start, m.end)}
    return Draft(question, tokens, [m for m in mentions if m.kind != "filler"], fillers, language)


def place_of(draft: Draft, text: str) -> int:
    """Return the place of the mention with this text."""
    return next(i for i, item in enumerate(draft.items) if item.text.casefold() == text)


def link(question: str, text: str, column: str, value: str, score: float = 1.0) -> LinkedValue:
    """Return what the retriever finds for these words of a question."""
    start = question.index(text)
    return LinkedValue(text, column.split("_", maxsplit=1)[0], column, value, score, start, start + len(text))


def no_values(text: str) -> Sequence[LinkedValue]:
    return ()


def limits(plan: Plan) -> list[tuple[str, str, object]]:
    """Return the conditions of a plan, short enough to compare."""
    return [(c.field, c.op, c.value) for c in plan.where]


def group_limits(plan: Plan) -> list[tuple[str, str, str, object]]:
    return [(h.key, h.measure.name, h.op, h.value) for h in plan.having]


def keys(plan: Plan) -> list[str]:
    """Return the keys of a plan by name, grains of time by their grain."""
    return [key.grain or key.field for key in plan.by]


def measures(plan: Plan) -> list[str]:
    return [measure.name for measure in plan.measures]


def line(question: str, *links: LinkedValue) -> str:
    """Return the plan of a question in the notation."""
    return notation.write(plan_of(question, *links))
