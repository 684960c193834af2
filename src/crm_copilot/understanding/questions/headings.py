"""Headings whose period or filter holds for all that follows: "KPI cards for 2018: orders, revenue"."""

from __future__ import annotations

import re

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.questions.part import Link
from crm_copilot.understanding.reader import drafted
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.text import language_of

_HEADING = re.compile(r"^([^:?]{3,90}):\s+(?=\S)")


def without_heading(message: str, link: Link, calendar: Calendar) -> tuple[str, Plan | None]:
    """Take off a heading that limits what follows."""
    found = _HEADING.match(message)
    if found is None:
        return message, None
    draft, plan = drafted(found[1], language_of(message), link(found[1]), calendar)
    limits = bool(plan.periods or plan.where) and not draft.measures
    return (message[found.end() :], plan) if limits else (message, None)


def under(heading: Plan, plan: Plan) -> Plan:
    """Return a plan with the period and the filter of its heading, where it has none of its own."""
    known = {condition.field for condition in plan.where}
    where = (*plan.where, *(condition for condition in heading.where if condition.field not in known))
    return plan.but(where=where, periods=plan.periods or heading.periods)
