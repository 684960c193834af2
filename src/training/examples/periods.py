"""Periods drawn at random, with what a phrase needs to say them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from crm_copilot.domain import Period
from crm_copilot.library.calendar import period_label


@dataclass(frozen=True, slots=True)
class Said:
    """A period, the kind of phrase that says it, and the numbers in the phrase."""

    kind: str
    period: Period
    slots: Mapping[str, Any] = field(default_factory=dict)


def period(start: date, end: date) -> Period:
    """Return the days from `start` up to, not including, `end`."""
    return Period(start, end, period_label(start, end))


def month_start(year: int, month: int) -> date:
    """Return the first day of a month, where month 13 is the next January."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


_KINDS = {
    "year": 30, "month": 24, "quarter": 10, "half": 5, "months": 6, "days": 4, "since": 4, "before": 3,
    "last_year": 2, "this_year": 2, "last_month": 2, "this_month": 1, "last_quarter": 2, "last_n_days": 2,
    "last_n_months": 2,
}  # fmt: skip


def draw_period(rng: random.Random, first: date, last: date) -> Said:
    """Return a period that lies, at least in part, in the data's days."""
    kind = rng.choices([*_KINDS], list(_KINDS.values()))[0]
    year = rng.choice(range(first.year, last.year + 1)) if rng.random() < 0.3 else rng.choice((2017, 2018))
    return _DRAWN[kind](rng, year, first, last)


def span(kind: str, year: int, number: int = 1) -> Said:
    """Return a whole year, half, quarter or month."""
    months = {"year": 12, "half": 6, "quarter": 3, "month": 1}[kind]
    start = month_start(year, (number - 1) * months + 1)
    slots = {"year": year, {"half": "h", "quarter": "q"}.get(kind, "month"): number}
    return Said(kind, period(start, month_start(start.year, start.month + months)), slots)


def _months(rng: random.Random, year: int, first: date, last: date) -> Said:
    one, other = sorted(rng.sample(range(1, 13), 2))
    made = period(month_start(year, one), month_start(year, other + 1))
    return Said("months", made, {"year": year, "month": one, "month2": other})


def _days(rng: random.Random, year: int, first: date, last: date) -> Said:
    start = first + timedelta(rng.randrange((last - first).days))
    end = min(last, start + timedelta(rng.choice((0, 6, 9, 13, 29, 30, 44, 60, 91))))
    return Said("days", period(start, end + timedelta(1)), {"from": start, "to": end})


def _since(rng: random.Random, year: int, first: date, last: date) -> Said:
    month = rng.randint(1, 12) if year < last.year else rng.randint(1, last.month)
    return Said("since", period(month_start(year, month), last + timedelta(1)), {"year": year, "month": month})


def _before(rng: random.Random, year: int, first: date, last: date) -> Said:
    month = rng.randint(2, 12)
    end = month_start(max(year, first.year + 1), month)
    return Said("before", period(first, end), {"year": end.year, "month": month})


def _last_days(rng: random.Random, year: int, first: date, last: date) -> Said:
    n = rng.choice((7, 10, 14, 28, 30, 45, 60, 90, 180))
    return Said("last_n_days", period(last - timedelta(n - 1), last + timedelta(1)), {"n": n})


def _last_months(rng: random.Random, year: int, first: date, last: date) -> Said:
    n, end = rng.choice((2, 3, 6, 12)), last + timedelta(1)
    start = month_start(end.year, end.month - n).replace(day=min(end.day, 28))
    return Said("last_n_months", period(start, end), {"n": n})


def _relative(kind: str, unit: str, back: int) -> Callable[[random.Random, int, date, date], Said]:
    def drawn(rng: random.Random, year: int, first: date, last: date) -> Said:
        per = {"year": 1, "quarter": 4, "month": 12}[unit]
        number = {"year": 0, "quarter": (last.month - 1) // 3, "month": last.month - 1}[unit]
        place = last.year * per + number - back
        return Said(kind, span(unit, place // per, place % per + 1).period)

    return drawn


_DRAWN: Mapping[str, Callable[[random.Random, int, date, date], Said]] = {
    "year": lambda rng, year, first, last: span("year", year),
    "month": lambda rng, year, first, last: span("month", year, rng.randint(1, 12)),
    "quarter": lambda rng, year, first, last: span("quarter", year, rng.randint(1, 4)),
    "half": lambda rng, year, first, last: span("half", year, rng.randint(1, 2)),
    "months": _months, "days": _days, "since": _since, "before": _before,
    "last_year": _relative("last_year", "year", 1), "this_year": _relative("this_year", "year", 0),
    "last_month": _relative("last_month", "month", 1), "this_month": _relative("this_month", "month", 0),
    "last_quarter": _relative("last_quarter", "quarter", 1), "last_n_days": _last_days, "last_n_months": _last_months,
}  # fmt: skip
