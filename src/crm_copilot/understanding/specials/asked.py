"""What is known when a special function may be meant, and the values that its parameters take from the question."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from crm_copilot.domain import Period
from crm_copilot.library.plan import Special
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

_RANKING = ("order", "adjective", "which")
_RANKED = ("dimension", "entity", "order", "adjective")
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


class Told(NamedTuple):
    """A function that asks a tool, and how sure it is that it is meant."""

    special: Special
    confidence: float


class Asked(NamedTuple):
    """The question, the words that named the family of functions, and the last day of the data."""

    draft: Draft
    word: str
    last_day: date

    @property
    def text(self) -> str:
        """The question without accents and case."""
        return plain(self.draft.question)

    @property
    def periods(self) -> list[Period]:
        """The periods that are named."""
        return [item.value.period for item in self.draft.items if item.kind == "period"]

    @property
    def limit(self) -> int | None:
        """How many rows are wanted."""
        for index, item in enumerate(self.draft.items):
            near = self.draft.kind(index - 1) in _RANKING or self.draft.kind(index + 1) in _RANKED
            if item.kind == "number" and near:
                return int(item.value)
        return None

    @property
    def days(self) -> float | None:
        """The stretch of time that is named, in days."""
        for index, item in enumerate(self.draft.items):
            unit = self.draft.name(index + 1) if self.draft.kind(index + 1) == "grain" else ""
            if item.kind == "number" and unit in _DAYS:
                return float(item.value) * _DAYS[unit]
        return None

    @property
    def percent(self) -> bool | None:
        """Whether a percentage is asked for; None where the function's own default will do."""
        return True if self.draft.has("transform", "share") else None

    @property
    def median(self) -> str | None:
        """The median, where it is asked for in place of the mean."""
        return "median" if self.draft.has("agg", "median") else None


def special(name: str, /, **values: Any) -> Special:
    """Return a special function with the values that are known."""
    return Special(name, tuple((key, value) for key, value in values.items() if value is not None))


def bounds(period: Period | None, prefix: str = "") -> dict[str, str | None]:
    """Return the parameters that limit a function to a period."""
    if period is None:
        return {f"{prefix}start": None, f"{prefix}end": None}
    return {f"{prefix}start": period.start.isoformat(), f"{prefix}end": period.end.isoformat()}
