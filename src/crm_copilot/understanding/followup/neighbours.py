"""The period beside the one before: "and the month before?", "compare that with the previous year"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Plan, by_time
from crm_copilot.understanding.followup.fragment import Fragment
from crm_copilot.understanding.periods.found import MONTHS_OF, Unit, span

_UNITS: Mapping[str, Unit] = {
    "year": "year", "ano": "year", "half": "half", "semester": "half", "semestre": "half", "quarter": "quarter",
    "trimestre": "quarter", "month": "month", "mes": "month", "week": "week", "semana": "week", "day": "day",
    "dia": "day",
}  # fmt: skip
_U = "|".join(_UNITS)
_BESIDE = re.compile(
    rf"\b(?:(?P<before>{_U}) (?:before|earlier|prior|anterior)|(?:previous|prior|preceding) (?P<previous>{_U})"
    rf"|(?P<after>{_U}) (?:after|later|following|seguinte)|(?:following) (?P<next>{_U}))\b"
)
_COMPARED = re.compile(r"\b(?:compar\w+|vs|versus|against|contra|em relacao)\b")
_OWN_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_GRAINS = {"half": "semester"}


def beside(fragment: Fragment, plan: Plan) -> Plan:
    """Return the plan in the neighbouring period, or in both where they are compared."""
    found, before = _BESIDE.search(fragment.text), fragment.before
    if found is None or _OWN_YEAR.search(fragment.text) or (not before.periods and not fragment.is_timed):
        return plan
    grows = fragment.draft.has("transform", "growth", "share")
    compared = bool(_COMPARED.search(fragment.text))
    if fragment.is_timed and (grows or compared):
        fragment.draft.doubts.pop("over without a number", None)
        return plan.but(periods=before.periods)
    shifted = _shifted(before.periods, found.groupdict())
    if shifted is None:
        fragment.draft.doubt("which period is meant", 0.5)
        return plan
    period, unit = shifted
    fragment.hear(found[0])
    if not grows and not compared:
        return plan.but(periods=(period,), transform=before.transform, by=_kept(fragment, plan))
    both = tuple(sorted((before.periods[0], period), key=lambda one: one.start))
    key = By("period") if grows else by_time(_GRAINS.get(unit, unit))
    return plan.but(periods=both, by=(*_kept(fragment, plan), key), transform="growth" if grows else before.transform)


def _kept(fragment: Fragment, plan: Plan) -> tuple[By, ...]:
    """Return the keys of the plan but those that only the compared periods of the plan before had."""
    return tuple(key for key in plan.by if key in fragment.before.by and key.field != "period")


def _shifted(periods: tuple[Period, ...], said: Mapping[str, Any]) -> tuple[Period, Unit] | None:
    """Return the neighbour of the only period, and the unit that they differ by."""
    if len(periods) != 1:
        return None
    word = next(text for text in said.values() if text)
    step = 1 if said["after"] or said["next"] else -1
    unit = _UNITS[word]
    found = _by_days(periods[0], unit, step) or _by_months(periods[0], unit, step)
    return (found, unit) if found else None


def _by_days(period: Period, unit: Unit, step: int) -> Period | None:
    length = (period.end - period.start).days
    if (unit, length) not in (("day", 1), ("week", 7)):
        return None
    start, end = (day + timedelta(step * length) for day in (period.start, period.end))
    return Period(start, end, start.isoformat() if length == 1 else f"week of {start.isoformat()}")


def _by_months(period: Period, unit: Unit, step: int) -> Period | None:
    """Return the period so many months away: its own length away, or a year."""
    size = _months(period)
    if unit == "year" and size != MONTHS_OF["year"]:
        return _a_year_away(period, step)
    if size is None or MONTHS_OF.get(unit) != size:
        return None
    months = 12 * period.start.year + period.start.month - 1 + step * size
    return Period(*span(months // 12, unit, months % 12 // size + 1))


def _months(period: Period) -> int | None:
    """Return how many months a period has, None when it is no month, quarter, half or year of the calendar."""
    if period.start.day != 1 or period.end.day != 1:
        return None
    size = 12 * (period.end.year - period.start.year) + period.end.month - period.start.month
    return size if size in MONTHS_OF.values() and (period.start.month - 1) % size == 0 else None


def _a_year_away(period: Period, step: int) -> Period:
    year = period.start.year
    start, end = (_in_year(day.year + step, day) for day in (period.start, period.end))
    return Period(start, end, period.label.replace(str(year), str(year + step)))


def _in_year(year: int, day: Any) -> Any:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=year, day=28 if leap else day.day)
