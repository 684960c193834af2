"""Conditions that only one of several counts has: "number of orders and number of late orders by state"."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Condition, Plan, count_of
from crm_copilot.understanding.draft import Draft

# More measures than these are a list in which a condition may belong to any.
_FEW = 3
_COUNTED = ("order", "item", "review", "customer")
_ONLY = frozenset("only just apena somente so".split())
_AND = frozenset(", and e & plus".split())


def keep_apart(draft: Draft, plan: Plan) -> Plan:
    """Give a condition to the count that it stands at, where another count goes before it without one."""
    asked = draft.has("transform", "share") or plan.having or plan.limit or plan.order
    if asked or not plan.measures or not 0 < len(draft.measures) <= _FEW:
        return plan
    first = min(index for index, _ in draft.measures)
    for index, condition in draft.where:
        if condition not in plan.where or not _is_what_a_thing_is(condition) or index <= first:
            continue
        plan = _moved(draft, plan, index, condition)
    return plan


def _is_what_a_thing_is(condition: Condition) -> bool:
    if condition.field.startswith(("is_same", "is_other")) or condition.op == "is not":
        return False  # said of two parties; what is left out is left out of all
    known = condition.field in fields() and fields()[condition.field].kind == "predicate"
    return known or condition.field == "order_status"


def _moved(draft: Draft, plan: Plan, index: int, condition: Condition) -> Plan:
    rest = tuple(other for other in plan.where if other != condition)
    ahead = [place for place in (index + 1, index - 1) if draft.named(place, "entity") in _COUNTED]
    if not ahead or not _is_listed(draft, index):
        return plan
    told_before = any(place < min(index, ahead[0]) for place, _ in draft.measures)
    if not told_before and not (ahead[0] < index and _AND & set(draft.gap(ahead[0], index))):
        return plan  # "and for orders that came late?" lists nothing
    own = count_of(draft.named(ahead[0], "entity"), where=(condition,))
    own = replace(own, name=f"{condition.field.removeprefix('is_')}_{own.name}")
    kept = tuple(measure for measure in plan.measures if measure != own)
    return plan.but(measures=(*kept, own), where=rest)


def _is_listed(draft: Draft, index: int) -> bool:
    """Whether "and", a comma or "number of" stands right before the condition or the thing it belongs to."""
    begin = index - 1 if draft.named(index - 1, "entity", "agg") else index
    if _ONLY & {*draft.before(begin, 1), *draft.before(index, 1)}:
        return False  # "revenue by state, only delivered orders"
    near = {*draft.before(begin, 2), *draft.before(index, 2)}
    return bool(_AND & near) and not _ONLY & near
