"""Dates that are counted from the data's last day: "last month", "the last 90 days", "this year", Black Friday."""

from __future__ import annotations

import re
from datetime import date, timedelta

from crm_copilot.understanding.periods.calendar import one_day
from crm_copilot.understanding.periods.found import MONTHS_OF, Found, month, span
from crm_copilot.understanding.periods.vocabulary import count_of, unit_of

# Words by which one step of a series is put beside the one before it.
_STEP = re.compile(r"previous|prior|anterior")
_AGAINST = re.compile(
    r"\b(?:on|over|against|versus|vs\.?|to|with|from|than|sobre|contra|frente [ao]+|ante"
    r"|em relacao [ao]+|comparad[oa] [ao]+)"
    r"\s+(?:the\s+|o\s+|a\s+)?$"
)
_EACH = re.compile(
    r"\b(?:each|every|per|by|monthly|quarterly|weekly|cada|por|mensa\w+|trimestra\w+|semana\w+"
    r"|(?:which|what|que|qual|quais)(?: \w+){0,2} (?:week|month|quarter|mes|meses|trimestre|semana)s?)\b"
)


def last_n(match: re.Match[str], last_day: date) -> Found:
    """Read "the last 3 months": so much time up to the last day."""
    count = count_of(match.groupdict().get("count") or "1", 1)
    unit = unit_of(match["unit"])
    end = last_day + timedelta(1)
    if unit in MONTHS_OF:
        first = _months_back(end, count * MONTHS_OF[unit])
    else:
        first = end - timedelta(count * (7 if unit == "week" else 1))
    length = f"{count} {unit}s" if count > 1 else unit
    return Found(match.start(), match.end(), "span", first, end, label=f"the last {length} (to {last_day.isoformat()})")


def _months_back(start: date, count: int) -> date:
    index = start.year * 12 + start.month - 1 - count
    first, after = month(index // 12, index % 12 + 1)
    return min(first + timedelta(start.day - 1), after - timedelta(1))


def previous(match: re.Match[str], last_day: date) -> Found | None:
    """Read "last month" as the calendar unit before the one of the last day; "each month against the previous" none."""
    if _STEP.search(match.group()) and _AGAINST.search(match.string[: match.start()]) and _EACH.search(match.string):
        return None
    return _around(match, last_day, back=1)


def current(match: re.Match[str], last_day: date) -> Found:
    """Read "this month" as the calendar unit of the last day."""
    return _around(match, last_day, back=0)


def _around(match: re.Match[str], last_day: date, back: int) -> Found:
    unit = unit_of(match["unit"])
    if unit == "day":
        return one_day(match, last_day - timedelta(back))
    if unit == "week":
        monday = last_day - timedelta(last_day.weekday() + 7 * back)
        label = f"the week of {monday.isoformat()}"
        return Found(match.start(), match.end(), "week", monday, monday + timedelta(7), label=label)
    size = MONTHS_OF[unit]
    index = (last_day.year * 12 + last_day.month - 1) // size - back
    year, number = index * size // 12, (index * size % 12) // size + 1
    first, last, label = span(year, unit, number)
    return Found(match.start(), match.end(), unit, first, last, number, label)


def black_friday(match: re.Match[str], last_day: date) -> Found:
    """Read Black Friday: the day after the fourth Thursday of November."""
    latest = last_day.year if last_day >= date(last_day.year, 11, 30) else last_day.year - 1
    first = date(int(match["year"] or latest), 11, 1)
    friday = first + timedelta((3 - first.weekday()) % 7 + 22)
    label = f"Black Friday {friday.isoformat()}"
    return Found(match.start(), match.end(), "day", friday, friday + timedelta(1), label=label)


def black_friday_month(match: re.Match[str], last_day: date) -> Found:
    """Read "Black Friday month" as its November."""
    friday = black_friday(match, last_day).period.start
    first, last, label = span(friday.year, "month", friday.month)
    return Found(match.start(), match.end(), "month", first, last, friday.month, label)


def feast(match: re.Match[str], last_day: date) -> Found:
    """Read Christmas and New Year, without a year the last that the data hold."""
    name = match["feast"]
    month_day = (1, 1) if name.endswith("day") and "new" in name else (12, 31) if "new" in name or "novo" in name else (
        (12, 24) if "eve" in name or name.startswith("vespera") else (12, 25)
    )  # fmt: skip
    found = date(int(match["year"] or last_day.year), *month_day)
    return one_day(match, found if match["year"] or found <= last_day else found.replace(year=found.year - 1))


def to_date(match: re.Match[str], last_day: date) -> Found:
    """Read "year to date"."""
    first, label = date(last_day.year, 1, 1), f"{last_day.year} to date"
    return Found(match.start(), match.end(), "span", first, last_day + timedelta(1), label=label)


def yesterday(match: re.Match[str], last_day: date) -> Found:
    """Read the day before the last day."""
    return one_day(match, last_day - timedelta(1))


def today(match: re.Match[str], last_day: date) -> Found:
    """Read the last day itself."""
    return one_day(match, last_day)
