"""Dates and periods of a question, counted from the data's own last day.

First every *date* is found (`patterns.py`): a day, month, quarter, half, year, or something relative. What has no
year takes its neighbour's or the last that the data hold (`years.py`). Then neighbours are joined into ranges, and
"since" and "before" reach to the ends of the data (`ranges.py`).
"""

from __future__ import annotations

from datetime import date

from crm_copilot.understanding.periods.found import Found
from crm_copilot.understanding.periods.parts import parts
from crm_copilot.understanding.periods.patterns import find_dates
from crm_copilot.understanding.periods.ranges import bounded, joined, narrowed, once
from crm_copilot.understanding.periods.years import in_order, is_lent, repeated, same_period, with_years
from crm_copilot.understanding.text import clean, plain

__all__ = ["Found", "find_periods"]

_BEGINNING = date(1990, 1, 1)


def find_periods(text: str, last_day: date, first_day: date = _BEGINNING) -> list[Found]:
    """Return the periods of a question in reading order, joined and with their years."""
    flat = _flat(text)
    found = with_years(flat, find_dates(flat, last_day), last_day)
    found = parts(flat, in_order(flat, repeated(flat, found)))
    found = joined(flat, [hit for hit in found if not is_lent(hit, found)])
    found = same_period(flat, found)
    return narrowed(once(bounded(flat, found, first_day, last_day), flat))


def _flat(text: str) -> str:
    """Return the text without accents and case, where its characters keep their places."""
    flat = plain(clean(text))
    return flat if len(flat) == len(text) else clean(text).lower()
