"""Dates by the calendar: a day, a span of days, a month, quarter, half or year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from crm_copilot.understanding.periods.found import Found, Unit, span
from crm_copilot.understanding.periods.vocabulary import MONTHS, NOT_IN_ENGLISH, ORDINALS, WORDS_TOO, count_of
from crm_copilot.understanding.text import language_of

Make = Callable[[re.Match[str], date], Found | None]
"""Turns a match into what it means, counted from the last day of the data; None when it is no date."""

_IN_A_YEAR: dict[Unit, int] = {"month": 12, "quarter": 4, "half": 2, "year": 1}
_RIO = re.compile(r"rio de\s*$")  # de Janeiro
_ON = re.compile(r"\b(?:on|dia)\s*$")
# A year or a day of a month, beside which "Feb 18" is a day too.
_DAY_BESIDE = re.compile(
    rf"\b(?:19|20)\d\d\b|\b(?:{'|'.join(MONTHS)})\.?\s+(?:[1-9]|1[0-5]|2\d|3[01])(?:st|nd|rd|th)?\b"
)
# So many years before its last day the data may begin, where a year has two digits.
_BACK = 4
_LEADS_TO_MONTH = re.compile(r"\b(in|of|em|de|last|since|from|to|and|e|a|ate|until|through)\s*$")


def calendar(unit: Unit) -> Make:
    """Return what reads a month, quarter, half or year, with or without its year."""

    def make(match: re.Match[str], last_day: date) -> Found | None:
        groups = match.groupdict()
        lead, name = match.string[: match.start()], groups.get("month")
        number = MONTHS[name] if name else _number(groups, unit)
        if (name and _RIO.search(lead)) or not 1 <= number <= _IN_A_YEAR[unit]:
            return None
        year = _year(groups, last_day)
        if year is None and (groups.get("short") or groups.get("ordinal") == "last"):
            return None  # "last quarter" is the one before this one
        if _is_english(match, name) and not groups.get("short"):
            return None
        if year is None:
            unsure = name in WORDS_TOO and not _LEADS_TO_MONTH.search(lead)
            return Found(match.start(), match.end(), unit, number=number, unsure=unsure)
        first, last, label = span(year, unit, number)
        return Found(match.start(), match.end(), unit, first, last, number, label)

    return make


def _is_english(match: re.Match[str], name: str | None) -> bool:
    """Whether a Portuguese month is only a word of English: "out of"."""
    return name in NOT_IN_ENGLISH and language_of(match.string) == "en"


def _year(groups: dict[str, str | None], last_day: date) -> int | None:
    """Return the year in four digits, or in two where it is one that the data may hold."""
    if groups.get("year"):
        return int(groups["year"] or 0)
    year = 2000 + int(groups.get("short") or -2000)
    return year if last_day.year - _BACK <= year <= last_day.year else None


def month_of_year(match: re.Match[str], last_day: date) -> Found | None:
    """Read "Feb 18" as February 2018, unless a day is meant: "on Feb 18", "from Feb 10 to Feb 18"."""
    if _ON.search(match.string[: match.start()]) or _DAY_BESIDE.search(match.string):
        return None
    return calendar("month")(match, last_day)


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
    year = _year(groups, last_day)
    if (year is None and groups.get("short")) or _is_english(match, groups["month"]):
        return None
    try:
        found = date(year or last_day.year, number, int(groups["day"]))
    except ValueError:
        return None
    if not year and found > last_day:
        found = found.replace(year=found.year - 1)
    return replace(one_day(match, found), guessed=not year)


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
