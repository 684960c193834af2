"""Dates by the calendar: a day, a span of days, a month, quarter, half or year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from crm_copilot.understanding.periods.found import Found, Unit, span
from crm_copilot.understanding.periods.vocabulary import MONTHS, ORDINALS, WORDS_TOO, count_of

Make = Callable[[re.Match[str], date], Found | None]
"""Turns a match into what it means, counted from the last day of the data; None when it is no date."""

_IN_A_YEAR: dict[Unit, int] = {"month": 12, "quarter": 4, "half": 2, "year": 1}
_RIO = re.compile(r"rio de\s*$")  # de Janeiro
_LEADS_TO_MONTH = re.compile(r"\b(in|of|em|de|last|since|from|to|and|e|a|ate|until|through)\s*$")


def calendar(unit: Unit) -> Make:
    """Return what reads a month, quarter, half or year, with or without its year."""

    def make(match: re.Match[str], last_day: date) -> Found | None:
        groups = match.groupdict()
        lead, name = match.string[: match.start()], groups.get("month")
        number = MONTHS[name] if name else _number(groups, unit)
        if (name and _RIO.search(lead)) or not 1 <= number <= _IN_A_YEAR[unit]:
            return None
        year = groups.get("year") or groups.get("short")
        if year is None and groups.get("ordinal") == "last":
            return None  # "last quarter" is the one before this one
        if year is None:
            unsure = name in WORDS_TOO and not _LEADS_TO_MONTH.search(lead)
            return Found(match.start(), match.end(), unit, number=number, unsure=unsure)
        first, last, label = span(int(year) if len(year) == 4 else 2000 + int(year), unit, number)
        return Found(match.start(), match.end(), unit, first, last, number, label)

    return make


def _number(groups: dict[str, str | None], unit: Unit) -> int:
    if unit == "year":
        return 1
    raw = groups.get("ordinal") or groups.get("number") or "0"
    if unit == "month":
        return count_of(raw, 0)
    return ORDINALS.get(raw.rstrip("oº°ªa") or raw, ORDINALS.get(raw, 0))


def day(match: re.Match[str], last_day: date) -> Found | None:
    """Read one day; without a year it is the last such day that the data hold."""
    groups = match.groupdict()
    number = int(groups["month"]) if groups["month"].isdigit() else MONTHS[groups["month"]]
    year = groups.get("year")
    try:
        found = date(int(year) if year else last_day.year, number, int(groups["day"]))
    except ValueError:
        return None
    if not year and found > last_day:
        found = found.replace(year=found.year - 1)
    return one_day(match, found)


def one_day(match: re.Match[str], found: date) -> Found:
    """Return a match that means one day."""
    return Found(match.start(), match.end(), "day", found, found + timedelta(1), label=found.isoformat())


def days(match: re.Match[str], last_day: date) -> Found | None:
    """Read "20 to 26 November 2017" as a span of days."""
    until = day(match, last_day)
    if until is None or until.first is None or not 1 <= int(match["from"]) < until.first.day:
        return None
    first = until.first.replace(day=int(match["from"]))
    return replace(until, unit="span", first=first, label=f"{first.isoformat()} to {until.label}")
