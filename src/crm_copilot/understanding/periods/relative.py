"""Dates that are counted from the data's last day: "last month", "the last 90 days", "this year", Black Friday."""

from __future__ import annotations

import re
from datetime import date, timedelta

from crm_copilot.understanding.periods.calendar import one_day
from crm_copilot.understanding.periods.found import MONTHS_OF, Found, month, span
from crm_copilot.understanding.periods.vocabulary import count_of, unit_of


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


def previous(match: re.Match[str], last_day: date) -> Found:
    """Read "last month" as the calendar unit before the one of the last day."""
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
