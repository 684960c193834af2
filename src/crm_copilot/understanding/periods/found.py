"""A date or period found in a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from crm_copilot.domain import Period

Unit = Literal["day", "week", "month", "quarter", "half", "year", "span"]
MONTHS_OF: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""How many months a unit has."""


@dataclass(frozen=True, slots=True)
class Found:
    """A date in the text, characters `start` to `end`: its days, or only a month or quarter number yet.

    `ends` are the two dates of a range; `lent` says that the year is the neighbour's, `guessed` that it is only the
    latest, `unsure` that the word may be no month at all.
    """

    start: int
    end: int
    unit: Unit
    first: date | None = None
    last: date | None = None
    number: int = 0
    label: str = ""
    ends: tuple[Period, Period] | None = None
    lent: bool = False
    unsure: bool = False
    guessed: bool = False

    @property
    def period(self) -> Period:
        """The days, as a period."""
        if self.first is None or self.last is None:
            raise ValueError(f"{self.label!r} has no year yet")
        return Period(self.first, self.last, self.label)

    @property
    def is_open(self) -> bool:
        """Whether the period reaches to one end of the data."""
        return self.label.startswith(("since", "before", "after", "until"))


def month(year: int, number: int) -> tuple[date, date]:
    """Return the first day of a month and of the one after."""
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def months_later(day: date, count: int) -> date:
    """Return the first day of the month that comes so many months after that of a day, or before it."""
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def span(year: int, unit: Unit, number: int) -> tuple[date, date, str]:
    """Return the first day of a month, quarter, half or year, the first day after it, and its label."""
    size = MONTHS_OF[unit]
    first, last = month(year, size * (number - 1) + 1)[0], month(year, size * number)[1]
    labels = {"month": f"{first:%B} {year}", "quarter": f"Q{number} {year}", "half": f"H{number} {year}"}
    return first, last, labels.get(unit, str(year))
