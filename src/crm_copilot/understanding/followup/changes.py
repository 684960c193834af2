"""The plan before, changed by a fragment: each step puts what the fragment names in place of what there was."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from crm_copilot.catalog import fields
from crm_copilot.domain import Period
from crm_copilot.library.plan import By, Condition, Having, Op, Plan
from crm_copilot.understanding.conditions.units import unit_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.followup.fragment import Fragment, new_keys, new_measures
from crm_copilot.understanding.followup.shares import share_of_that, share_of_those
from crm_copilot.understanding.shapes import same_kind

_YEAR_BEFORE = re.compile(
    r"\b(?:same|mesm[oa])\b.*"
    r"\b(?:year before|previous year|prior year|last year|year earlier|ano anterior|ano passado)\b"
)
_ORDERED = (">", ">=", "<", "<=")
_BEST = {"best": "desc", "worst": "asc"}


def changed(fragment: Fragment) -> Plan:
    """Return the plan that the fragment makes of the plan before."""
    shared = share_of_that(fragment)
    if shared is not None:
        return shared
    plan = fragment.before
    for step in (
        _measure,
        _break_down,
        _filter,
        _place_in_time,
        _compare_otherwise,
        _limit_groups,
        _rank,
        _transform,
        _year_before,
    ):
        plan = step(fragment, plan)
    return share_of_those(fragment) or plan


def _measure(fragment: Fragment, plan: Plan) -> Plan:
    measures = new_measures(fragment)
    if not measures:
        return plan
    return plan.but(measures=(*plan.measures, *measures) if fragment.also else measures, correlate=None)


def _break_down(fragment: Fragment, plan: Plan) -> Plan:
    keys = new_keys(fragment)
    if not keys:
        return plan
    asked = {key.field for key in keys} - {c.field for c in fragment.alone.where}
    where = tuple(c for c in plan.where if c.field not in asked or c.op not in ("==", "in"))
    by = (*plan.by, *keys) if fragment.also else _new_keys(plan, keys)
    plan = plan.but(where=where, by=by, within=None)
    ranked = fragment.alone.limit or fragment.draft.has("which")
    if plan.limit and not ranked and all(key.field == "time" for key in plan.by):
        return plan.but(limit=None, order=None)
    return plan


def _new_keys(plan: Plan, keys: tuple[By, ...]) -> tuple[By, ...]:
    """Replace the breakdown; a change of grain keeps the other keys."""
    if all(key.field == "time" for key in keys) and any(key.field == "time" for key in plan.by):
        return (*(key for key in plan.by if key.field != "time"), *keys)
    return keys


def _filter(fragment: Fragment, plan: Plan) -> Plan:
    """Put the new conditions in place of those on the same field; a group that is fixed is no breakdown any more."""
    if not fragment.alone.where:
        return plan
    plan = _other_part(plan, fragment.alone.where)
    parts = {condition.field for measure in plan.measures for condition in measure.part}
    where = tuple(condition for condition in fragment.alone.where if condition.field not in parts)
    new = {condition.field for condition in where}
    fixed = {condition.field for condition in where if condition.op == "=="}
    kept = tuple(condition for condition in plan.where if condition.field not in new)
    by = tuple(key for key in plan.by if key.field not in fixed)
    plan = plan.but(where=(*kept, *where), by=by)
    if by:
        return plan
    transform = None if plan.transform == "share" else plan.transform
    return plan.but(limit=None, order=None, within=None, transform=transform)


def _compare_otherwise(fragment: Fragment, plan: Plan) -> Plan:
    """Put another number in place of the one that the plan compares with: "and with more than 50?"."""
    draft = fragment.draft
    numbers = [i for i in draft.indices("number", free=False) if draft.roles.get(i) == "threshold"]
    compared = [c for c in plan.where if c.op in _ORDERED] + [h for h in plan.having if h.op in _ORDERED]
    ops = [name for i in draft.indices("compare", free=False) if (name := draft.named(i, "compare")) in _ORDERED]
    if len(numbers) != 1 or len(compared) != 1 or len(ops) != 1 or fragment.alone.where or fragment.alone.having:
        return plan
    if unit_of(draft, numbers[0]).name == "money" and _unit(compared[0]) != "BRL":
        return plan
    draft.doubts.pop(f"what {draft.items[numbers[0]].text} limits", None)
    said, op = float(draft.items[numbers[0]].value), cast(Op, ops[0])
    value = int(said) if said.is_integer() else said
    return plan.but(
        where=tuple(replace(c, op=op, value=value) if c in compared else c for c in plan.where),
        having=tuple(replace(h, op=op, value=value) if h in compared else h for h in plan.having),
    )


def _unit(compared: Condition | Having) -> str | None:
    return compared.measure.unit if isinstance(compared, Having) else fields()[compared.field].unit


def _other_part(plan: Plan, where: tuple[Condition, ...]) -> Plan:
    """Read "and vouchers?" after "what share is paid by card?" as the share of vouchers."""
    new = {condition.field: condition for condition in where}
    measures = tuple(replace(m, part=tuple(new.get(c.field, c) for c in m.part)) for m in plan.measures)
    return plan.but(measures=measures)


def _place_in_time(fragment: Fragment, plan: Plan) -> Plan:
    alone = fragment.alone
    if not alone.periods:
        return plan
    several = len(alone.periods) > 1
    split = tuple(key for key in alone.by if key.field == "period" or (key.field == "time" and several))
    timed = any(key.field in ("time", "period") for key in plan.by)
    return plan.but(periods=alone.periods, by=plan.by if timed else (*plan.by, *split))


def _limit_groups(fragment: Fragment, plan: Plan) -> Plan:
    if not fragment.alone.having:
        return plan
    keyed = [key.field for key in plan.by if key.field in fields()]
    aligned = [replace(having, key=same_kind(having.key, plan)) for having in fragment.alone.having]
    return plan.but(having=tuple(h if h.key in keyed or not keyed else replace(h, key=keyed[0]) for h in aligned))


def _rank(fragment: Fragment, plan: Plan) -> Plan:
    if not plan.by:
        return plan
    order = fragment.alone.order or fragment.draft.order or _said_order(fragment.draft)
    limit = fragment.alone.limit or fragment.draft.limit
    if limit:
        return plan.but(limit=limit, order=order or plan.order or "desc")
    return plan.but(order=order) if order else plan


def _said_order(draft: Draft) -> str | None:
    name = next((item.name for item in draft.items if item.kind == "order"), None)
    return _BEST.get(name, name) if name else None


def _transform(fragment: Fragment, plan: Plan) -> Plan:
    """Read "make it cumulative", "as percentages" as another view of the same table."""
    before, alone = fragment.before, fragment.alone
    if alone.transform and alone.transform != "reach":
        return plan.but(transform=alone.transform)
    measures = new_measures(fragment)
    if not measures or measures == before.measures:
        plan = _other_view(fragment, plan)
    ranked = alone.limit and new_keys(fragment) and before.transform in ("growth", "yoy")
    return plan.but(transform=None) if ranked and not alone.transform else plan


def _other_view(fragment: Fragment, plan: Plan) -> Plan:
    if any(key.field == "time" for key in plan.by):
        for transform in ("cumulative", "yoy", "growth"):
            if fragment.asks(transform):
                return plan.but(transform=transform, order=None)
    main = plan.measures[0] if plan.measures else None
    additive = main is not None and not (main.part or main.divisor or main.is_percent)
    share = fragment.asks("share") and plan.by and additive and not plan.transform
    return plan.but(transform="share") if share else plan


def _year_before(fragment: Fragment, plan: Plan) -> Plan:
    """Read "and the same the year before?" as the period before, one year earlier."""
    before = fragment.before
    if len(before.periods) != 1 or not _YEAR_BEFORE.search(fragment.text):
        return plan
    if fragment.draft.has("transform", "growth", "share"):
        return plan
    return plan.but(periods=(_year_earlier(before.periods[0]),), transform=before.transform)


def _year_earlier(period: Period) -> Period:
    year = period.start.year
    start, end = (day.replace(year=day.year - 1) for day in (period.start, period.end))
    return Period(start, end, period.label.replace(str(year), str(year - 1)))
