"""Two numbers made one: how many times one is the other, or by how much they differ."""

from __future__ import annotations

import re

from crm_copilot.library.combining import less, limited, over
from crm_copilot.library.plan import Condition, Measure, Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.adding import aggregated

_TIMES = re.compile(
    r"\b(?:how many|by how many) times (?:more|less|as|larger|bigger|higher|greater|smaller|lower|over)\b"
    r"|\bquantas vezes (?:a )?(?:mais|menos|maior|menor)|\bratio (?:of|between)\b.*\b(?:to|and)\b|\braz[ãa]o entre\b",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\b(?:gap|difference|spread|delta) (?:in [\w -]{1,40})?between\b|\bminus\b"
    r"|\bby how much (?:more|less|higher|lower)?"
    r"|\bhow (?:much|many (?:\w+ )?(?:days|hours|reais|points)) (?:more|less|fewer|higher|lower|longer|shorter)\b"
    r"|\b(?:diferen[çc]a|dist[âa]ncia|hiato|gap) (?:(?:de|do|da|no|na) [\w -]{1,40})?entre\b"
    r"|\bquanto (?:a )?(?:mais|menos)\b|\bquanto .{0,40}\b(?:a mais|a menos)\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"more|less|mais|menos|higher|lower", re.IGNORECASE)
_USED = ("transform", "unsupported", "order", "compare", "no")


def combine(draft: Draft, plan: Plan) -> Plan:
    """Make one number of two: of two measures, or of one measure for two values."""
    times = _TIMES.search(draft.question)
    gap = None if times else _GAP.search(draft.question)
    cue = times or gap
    if cue is None or plan.listing or plan.correlate:
        return plan
    plan = _without_growth(draft, plan, cue.group())
    if plan.transform:
        return plan
    pair = _pair(plan)
    if pair is None:
        if times or _MORE.search(cue.group()):
            draft.doubt("which two numbers are set against each other", 0.4)
        return plan
    one, other, rest = pair
    if gap and one.unit != other.unit:
        return plan
    if times and any(measure.divisor or measure.part for measure in (one, other)):
        draft.doubt("a ratio of ratios", 0.4)
        return plan
    one, other = _alike(one, other), _alike(other, one)
    _use(draft, cue)
    made = over(one, other) if times else less(one, other)
    return rest.but(measures=(made,), order=None, limit=None, transform=None)


def _pair(plan: Plan) -> tuple[Measure, Measure, Plan] | None:
    """Return the two numbers and the plan without what tells them apart."""
    if len(plan.measures) == 2:
        return (*plan.measures, plan)
    if len(plan.measures) != 1 or plan.having or len(plan.by) > 2:
        return None
    told = next((c for c in plan.where if c.op == "in" and len(c.value) == 2), None)
    if told is None or not any(key.field == told.field for key in plan.by):
        return None
    first, second = told.value
    by = tuple(key for key in plan.by if key.field != told.field)
    where = tuple(condition for condition in plan.where if condition != told)
    one, other = (limited(plan.measures[0], (Condition(told.field, "==", v),)) for v in (first, second))
    return one, other, plan.but(by=by, where=where)


def _without_growth(draft: Draft, plan: Plan, said: str) -> Plan:
    """Take "how much more" for no growth where it compares two values."""
    grown = [item for item in draft.items if item.kind == "transform" and item.name == "growth"]
    timed = draft.has("grain") or len(plan.periods) > 1
    if plan.transform != "growth" or timed or any(item.text.casefold() not in said.casefold() for item in grown):
        return plan
    return plan.but(transform=None, by=tuple(key for key in plan.by if not key.is_time))


def _alike(one: Measure, other: Measure) -> Measure:
    """Sum up a quantity that stands beside a sum of the same unit: "revenue minus freight"."""
    summed = other.agg == "sum" and one.agg == "mean" and one.metric is None and one.unit == "BRL"
    return aggregated(one.field, "sum") if summed and not one.where and not one.part else one


def _use(draft: Draft, cue: re.Match[str]) -> None:
    for index, item in enumerate(draft.items):
        if item.kind in _USED and draft.roles.get(index) in (None, "order", "unread", "nothing"):
            draft.use(index, "combined")
    inside = (i for i, token in enumerate(draft.tokens) if cue.start() <= token.start < cue.end())
    draft.fillers.update(inside)
    draft.doubts = {reason: weight for reason, weight in draft.doubts.items() if "without a number" not in reason}
