"""The plan before, changed by a fragment: each step puts what the fragment names in place of what there was."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, Condition, Having, Measure, Op, Plan, Rank, distinct_of
from crm_copilot.understanding.conditions.places import buyers, sellers, twin
from crm_copilot.understanding.conditions.thresholds import OPPOSITE, said_op
from crm_copilot.understanding.conditions.units import unit_of
from crm_copilot.understanding.followup.aggregates import of_the_same_kind, other_aggregate
from crm_copilot.understanding.followup.cues import COMPARED
from crm_copilot.understanding.followup.filters import filtered
from crm_copilot.understanding.followup.fragment import Fragment, new_keys, new_measures, of_sellers
from crm_copilot.understanding.followup.neighbours import beside
from crm_copilot.understanding.followup.ranking import rank, turned
from crm_copilot.understanding.followup.removals import without
from crm_copilot.understanding.followup.shares import share_in_each, share_of_that, share_of_them, share_of_those
from crm_copilot.understanding.shapes import same_kind

_DROPPED = re.compile(r"^(?:(?:ok|okay|and|now|please|e|agora)[, ]+)*(?:drop|exclude|cut|exclu[ai]|cort[ae])\b")
_ORDERED = (">", ">=", "<", "<=")


def changed_as_a_whole(fragment: Fragment) -> Plan | None:
    """Return what a fragment makes of the plan before whose words can mean nothing else: "the other way round"."""
    taken = without(fragment)
    return taken if taken is not None else turned(fragment)


def changed(fragment: Fragment) -> Plan:
    """Return the plan that the fragment makes of the plan before."""
    shared = share_of_them(fragment) or share_of_that(fragment) or share_in_each(fragment)
    if shared is not None:
        return shared
    plan = fragment.before
    for step in (
        _measure, other_aggregate, _break_down, filtered, _place_in_time, _compare_otherwise, _limit_groups, rank,
        _transform, beside, _list_those,
    ):  # fmt: skip
        plan = step(fragment, plan)
    return share_of_those(fragment) or plan


def _measure(fragment: Fragment, plan: Plan) -> Plan:
    measures = of_the_same_kind(fragment, new_measures(fragment))
    if not measures:
        return plan
    counted = {condition for measure in measures for condition in measure.part}
    where = tuple(condition for condition in plan.where if condition not in counted)
    if len(plan.by) == 1 and plan.by[0].field in fields() and measures == (distinct_of(plan.by[0].field),):
        return plan.but(measures=measures, by=(), limit=None, order=None, transform=None)
    if fragment.also:
        return plan.but(measures=(*plan.measures, *measures), where=where, correlate=None)
    plan = _on_their_side(fragment, plan.but(where=where), measures)
    return plan.but(measures=measures, correlate=None)


def _on_their_side(fragment: Fragment, plan: Plan, measures: tuple[Measure, ...]) -> Plan:
    """Read places as those of whom is counted now: "and how many sellers there?", "I meant customers"."""
    if all(measure.entity == "seller" for measure in measures):
        own = sellers
    elif of_sellers(fragment.before) and all(measure.entity == "customer" for measure in measures):
        own = buyers
    else:
        return plan
    by = tuple(replace(key, field=own(key.field)) for key in plan.by)
    return plan.but(by=by, where=tuple(replace(condition, field=own(condition.field)) for condition in plan.where))


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


def _compare_otherwise(fragment: Fragment, plan: Plan) -> Plan:
    """Put another number in place of the one that the plan compares with: "and with more than 50?"."""
    compared = [c for c in plan.where if c.op in _ORDERED] + [h for h in plan.having if h.op in _ORDERED]
    said = _comparison(fragment)
    if said is None or len(compared) != 1:
        return plan
    number, op, value = said
    if unit_of(fragment.draft, number).name == "money" and _unit(compared[0]) != "BRL":
        return plan
    fragment.draft.doubts.pop(f"what {fragment.draft.items[number].text} limits", None)
    return plan.but(
        where=tuple(replace(c, op=op, value=value) if c in compared else c for c in plan.where),
        having=tuple(replace(h, op=op, value=value) if h in compared else h for h in plan.having),
    )


def _unit(compared: Condition | Having) -> str | None:
    return compared.measure.unit if isinstance(compared, Having) else fields()[compared.field].unit


def _place_in_time(fragment: Fragment, plan: Plan) -> Plan:
    alone = fragment.alone
    if not alone.periods:
        compared = By("period") in fragment.before.by and not any(key.field in ("time", "period") for key in plan.by)
        return plan.but(by=(*plan.by, By("period"))) if compared else plan
    if len(plan.periods) == len(alone.periods) == 1 and COMPARED.search(fragment.text):
        both = tuple(sorted((*plan.periods, *alone.periods), key=lambda period: period.start))
        timed = any(key.is_time for key in plan.by)
        return plan.but(periods=both, by=plan.by if timed else (*plan.by, By("period")))
    several = len(alone.periods) > 1
    split = tuple(key for key in alone.by if key.field == "period" or (key.field == "time" and several))
    timed = any(key.field in ("time", "period") for key in plan.by)
    return plan.but(periods=alone.periods, by=plan.by if timed else (*plan.by, *split))


def _limit_groups(fragment: Fragment, plan: Plan) -> Plan:
    keyed = [key.field for key in plan.by if key.field in fields()]
    plan = plan.but(having=tuple(replace(h, key=twin(h.key)) if twin(h.key) in keyed else h for h in plan.having))
    limits = fragment.alone.having or (_limited_by_itself(fragment, plan) if keyed else ())
    if not limits:
        return plan
    aligned = [replace(having, key=same_kind(having.key, plan), op=_kept(fragment, having.op)) for having in limits]
    fragment.draft.doubts.pop("a group that limits itself", None)
    return plan.but(having=tuple(h if h.key in keyed or not keyed else replace(h, key=keyed[0]) for h in aligned))


def _list_those(fragment: Fragment, plan: Plan) -> Plan:
    """Show which groups they are where only their number was asked before: "and which have fewer than 200?"."""
    counted = [measure.field for measure in plan.measures if measure.agg == "nunique"]
    changed = len(plan.having) == 1 and plan.having != fragment.before.having
    if not changed or plan.by or counted != [plan.having[0].key] or not fragment.draft.has("which"):
        return plan
    return plan.but(measures=(plan.having[0].measure,), by=(By(plan.having[0].key),), order="desc")


def _kept(fragment: Fragment, op: Op | Rank) -> Op | Rank:
    """Turn round what is dropped: "drop sources with under 100 leads" keeps those with 100 or more."""
    said = _DROPPED.match(fragment.text) and "negation" not in fragment.draft.roles.values()
    return OPPOSITE[op] if said and op in OPPOSITE else op


def _limited_by_itself(fragment: Fragment, plan: Plan) -> tuple[Having, ...]:
    """Read "only those with more than 20" as a limit on what the groups are measured by."""
    said = _comparison(fragment)
    if said is None or len(plan.measures) != 1 or plan != fragment.before:
        return ()
    number, op, value = said
    if unit_of(fragment.draft, number).name == "money" and plan.measures[0].unit != "BRL":
        return ()
    fragment.draft.doubts.pop(f"what {fragment.draft.items[number].text} limits", None)
    return (Having("", plan.measures[0], op, value),)


def _comparison(fragment: Fragment) -> tuple[int, Op, float] | None:
    """Return the one comparison with a number that the fragment makes, and the number's place."""
    draft = fragment.draft
    numbers = [i for i in draft.indices("number", free=False) if draft.roles.get(i) == "threshold"]
    places = [i for i in draft.indices("compare", free=False) if draft.named(i, "compare") in _ORDERED]
    if len(numbers) != 1 or len(places) != 1 or fragment.alone.where or fragment.alone.having:
        return None
    said, op = float(draft.items[numbers[0]].value), said_op(draft, places[0], numbers[0])
    if "negation" in draft.roles.values():
        op = OPPOSITE[op]
    return numbers[0], op, int(said) if said.is_integer() else said


def _transform(fragment: Fragment, plan: Plan) -> Plan:
    """Read "make it cumulative", "as percentages" as another view of the same table."""
    before, alone = fragment.before, fragment.alone
    if _DROPPED.match(fragment.text):
        return plan
    if alone.transform and alone.transform != "reach":
        return plan.but(transform=alone.transform)
    measures = new_measures(fragment)
    if not measures or measures == before.measures:
        plan = _other_view(fragment, plan)
    ranked = alone.limit and new_keys(fragment) and before.transform in ("growth", "yoy")
    return plan.but(transform=None) if ranked and not alone.transform else plan


def _other_view(fragment: Fragment, plan: Plan) -> Plan:
    compared = len(plan.by) == 1 and plan.by[0].field == "time" and len(plan.periods) == 2
    if compared and fragment.asks("growth"):
        return plan.but(by=(By("period"),), transform="growth", order=None)
    if any(key.field == "time" for key in plan.by):
        for transform in ("cumulative", "yoy", "growth"):
            if fragment.asks(transform):
                return plan.but(transform=transform, order=None)
    main = plan.measures[0] if plan.measures else None
    additive = main is not None and not (main.part or main.divisor or main.is_percent)
    share = fragment.asks("share") and plan.by and additive and not plan.transform
    return plan.but(transform="share") if share else plan
