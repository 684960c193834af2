"""The periods of the plan: which of those that are named, one or several, compared or joined."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Plan, by_time
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.periods import Found
from crm_copilot.understanding.shapes.growth import is_compared_in_percent

_GRAINS = {"year": "year", "quarter": "quarter", "month": "month", "day": "day", "half": "semester", "week": "week"}
# Grains that come again in every period, so that periods are still told apart by them.
_CYCLIC = ("hour", "daypart", "weekday", "month of year", "day of month")
_STEPWISE = tuple("month quarter week mom qoq wow mes mês 环比 trimestre mensal monthly".split())
# From so many days on, the ends of a range are compared as years.
_YEAR = 300


def place_in_time(draft: Draft, plan: Plan) -> Plan:
    """Give the plan the periods of the question; group by them where there are several."""
    found = _found(draft)
    if not found:
        return plan
    timed = any(key.field == "time" and key.grain not in _CYCLIC for key in plan.by)
    compared = draft.has("transform", "growth", "compare", "yoy")
    found = _since_that_of_the_condition(draft, found)
    if compared and not timed:
        found = _ends(draft, found)
    if compared:
        found = _through_the_year(draft, found)
    periods = _chosen(draft, found, compared)
    plan = plan.but(periods=periods)
    if len(periods) < 2:
        return plan
    if timed:
        return plan.but(periods=_merged(periods))
    grown = draft.has("transform", "growth", "yoy") or is_compared_in_percent(draft, plan)
    return plan.but(by=(*plan.by, By("period") if grown else _period_key(found)))


def _found(draft: Draft) -> list[Found]:
    places = [index for index in draft.indices("period") if draft.kind(index) == "period"]
    for index in places:
        draft.use(index, "period")
    return [draft.items[index].value for index in places]


def _since_that_of_the_condition(draft: Draft, found: list[Found]) -> list[Found]:
    """Read "those with 100 orders in H1 2017: which grew most in H1 2018" as growth from the one to the other."""
    own = [having.period for _, having in draft.having if having.period and not having.without]
    if len(found) != 1 or len(own) != 1 or not draft.has("transform", "growth") or own[0] == found[0].period:
        return found
    now, then = found[0].period, own[0]
    alike = (now.start.month, now.start.day) == (then.start.month, then.start.day)
    alike = alike and then.end <= now.start
    return [Found(0, 0, "span", then.start, then.end, label=then.label), *found] if alike else found


def _ends(draft: Draft, found: list[Found]) -> list[Found]:
    """Read the growth "from January to August" as between the two ends."""
    ends = found[0].ends if len(found) == 1 else None
    if ends is None or _is_stepwise(draft) or not draft.has("transform", "growth", "yoy"):
        return found
    whole_year = (ends[0].end - ends[0].start).days > _YEAR
    return [Found(0, 0, "year" if whole_year else "month", p.start, p.end, label=p.label) for p in ends]


def _through_the_year(draft: Draft, found: list[Found]) -> list[Found]:
    """Read growth "month over month, January against December as well" as that of all months of the year."""
    months = {(hit.period.start.month, hit.unit) for hit in found}
    years = {hit.period.start.year for hit in found}
    ends = months == {(1, "month"), (12, "month")} and len(years) == 1
    monthly = _is_stepwise(draft) or draft.has("grain", "month")
    if not ends or not monthly or not draft.has("transform", "growth"):
        return found
    year = years.pop()
    return [Found(0, 0, "year", date(year, 1, 1), date(year + 1, 1, 1), label=str(year))]


def _is_stepwise(draft: Draft) -> bool:
    """Whether growth is asked from step to step ("month over month"), not between two ends."""
    said = [item.text.casefold() for item in draft.items if item.kind == "transform" and item.name == "growth"]
    return any(step in text for text in said for step in _STEPWISE)


def _chosen(draft: Draft, found: list[Found], compared: bool) -> tuple[Period, ...]:
    periods = tuple(dict.fromkeys(hit.period for hit in found))
    if len(periods) != 2 or compared:
        return periods
    periods = _one_of(found)
    if len(periods) == 2 and any(period.label.startswith(("before", "until")) for period in periods):
        draft.doubt("which of the periods", 0.3)
    return periods


def _one_of(found: list[Found]) -> tuple[Period, ...]:
    """Keep one of two periods of which one lies within the other: a span with both its ends, else the narrower.

    "In Black Friday week, 20 to 26 November" is about the week, "of the orders of 2017, those in March" about March.
    """
    narrow, wide = sorted((hit.period for hit in found[:2]), key=lambda period: period.end - period.start)
    if not (wide.start <= narrow.start and narrow.end <= wide.end):
        return tuple(dict.fromkeys(hit.period for hit in found))
    spans = [hit.period for hit in found if hit.unit == "span" and not hit.is_open]
    return (spans[0] if len(spans) == 1 else narrow,)


def _period_key(found: list[Found]) -> By:
    units = {hit.unit for hit in found}
    grain = _GRAINS.get(units.pop()) if len(units) == 1 else None
    return by_time(grain) if grain else By("period")


def _merged(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    """Join periods that follow each other without a gap."""
    ordered = sorted(periods, key=lambda period: period.start)
    if any(one.end != other.start for one, other in pairwise(ordered)):
        return tuple(ordered)
    return (Period(ordered[0].start, ordered[-1].end, " and ".join(period.label for period in ordered)),)
