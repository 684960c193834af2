"""Words that point at the question before: "from that category", "in that year", "their"."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Plan
from crm_copilot.understanding.followup.cues import ITS
from crm_copilot.understanding.questions.headings import under
from crm_copilot.understanding.reading import Reading

_THAT = re.compile(
    r"\b(?:that|this|those|the same|naquel[ea]|nessa|nesse|dessa|desse|essa|esse|mesma|mesmo)\s+(?P<noun>\w+)",
    re.IGNORECASE,
)
_THEY = re.compile(
    r"\b(?:they|them|those|these|their|eles|elas|deles|delas)\b(?! (?:states|categories|sellers|months))", re.IGNORECASE
)
_THERE = re.compile(r"\b(?:there|lá)\s*[?.]?$", re.IGNORECASE)
# Nouns are compared by their beginnings, so that number and case do not matter.
_STEM = 4
_NOUNS = {
    "seller_id": "seller vendedor lojista merchant vendor", "customer_unique_id": "customer cliente buyer",
    "product_id": "product produto item", "product_category": "category categoria",
    "customer_state": "state estado", "seller_state": "state estado", "customer_city": "city cidade",
}  # fmt: skip
_TIMES = ("year", "mont", "peri", "ano", "mes", "mês", "quar", "trim", "week")
# A question that points back is at most so sure; one that needs the answer before is not sure at all.
_SURE, _UNSURE = 0.9, 0.4


def pointing_back(piece: str, alone: Reading, before: Plan) -> Reading:
    """Read "from that category" as the category of the question before, "in that year" as its period."""
    plan = alone.plan
    if plan is None:
        return alone
    fixed = {condition.field for condition in before.where if condition.op in ("==", "in")}
    if _THERE.search(piece) and not plan.by and not plan.where and {key.field for key in before.by} <= fixed:
        there = under(before, plan).but(by=before.by)
        return replace(alone, plan=there, confidence=min(alone.confidence, _SURE))
    if _THEY.search(piece) and not before.by and not plan.by:
        return replace(alone, plan=under(before, plan), confidence=min(alone.confidence, _SURE))
    if before.limit == 1 and ITS.search(piece):
        beside = plan.by == before.by and plan.measures[: len(before.measures)] == before.measures
        return replace(alone, confidence=min(alone.confidence, _SURE) if beside else _UNSURE)
    found = _THAT.search(piece)
    if found is None:
        return alone
    stem = found["noun"].casefold()[:_STEM]
    if before.limit == 1 and any(stem in _noun(key.field) for key in before.by):
        return replace(alone, confidence=_UNSURE)
    return replace(alone, plan=_meant(plan, before, stem), confidence=min(alone.confidence, _SURE))


def _meant(plan: Plan, before: Plan, stem: str) -> Plan:
    """Return the plan with the values, or the period, that the noun means."""
    meant = tuple(
        c for c in before.where if c.field in fields() and c.op in ("==", "in") and stem in _noun(c.field)
    )  # fmt: skip
    if meant:
        named = {condition.field for condition in meant}
        plan = plan.but(where=(*plan.where, *meant), by=tuple(key for key in plan.by if key.field not in named))
    if stem in _TIMES and before.periods and not plan.periods:
        by = tuple(key for key in plan.by if key.field != "time" or len(plan.by) > 1)
        plan = plan.but(periods=before.periods, by=by)
    return plan


def _noun(field: str) -> str:
    return _NOUNS.get(field, field)
