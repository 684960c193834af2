"""Follow-ups: "and by state?", "only 2018", "top 3" are read as changes of the question before.

What the fragment names replaces what the question had: its period, its filter on the same field, its breakdown, its
measure. What it does not name stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crm_copilot.catalog import entities, fields
from crm_copilot.domain import LinkedValue
from crm_copilot.library.plan import By, Condition, Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.reader import Calendar, Reading, confidence_of, drafted, read
from crm_copilot.understanding.text import language_of, plain, tokenize

_CUES = re.compile(
    r"^(?:and|what about|how about|same|the same|only|now|just|but|then|also|ok|okay|or|instead|in|for|by|per|with|without|excluding|sort|top|bottom|"
    r"compare|break|split|show|make|as|e|so|somente|apenas|agora|mesm[oa]|mas|tambem|entao|ou|por|para|em|com|sem|top|compare|ordene|quebre|e se|qual deles|"
    r"which of (?:those|these|them)|of (?:those|these|them)|desses|dessas)\b|^(?:那|只|同样|按|再|如果|其中|换成|改成)"
)
_SHORT = 6
_REFERS = re.compile(r"\b(?:those|these|them|that|it|same|esses|essas|desses|dessas|isso|mesm[oa]s?|deles|delas)\b|这些|其中|它们")
_ALSO = re.compile(r"\b(?:also|too|as well|together with|tambem|junto)\b|同时|还")


def merge(question: str, before: Plan, links: Sequence[LinkedValue], calendar: Calendar) -> Reading | None:
    """Return the reading of a follow-up to a plan, None when the question stands by itself."""
    alone = read(question, links, calendar)
    if alone.scope or before.special or not _follows(question, alone):
        return None
    draft, change = drafted(question, language_of(question), links, calendar)
    plan = _merged(before, draft, change, bool(_ALSO.search(plain(question))))
    if plan == before:
        return None
    unread = tuple(draft.unread())
    if draft.limit or plan.limit:
        draft.use_all("number")
    for name in ("what is measured", "what is counted", "what is ranked", "whose groups are limited"):
        draft.doubts.pop(name, None)
    return Reading(plan, confidence_of(draft, plan, unread), alone.language, dict(draft.doubts), unread)


def _follows(question: str, alone: Reading) -> bool:
    words = [token for token in tokenize(question) if token.is_word or token.is_number]
    text = plain(question).strip()
    cued = bool(_CUES.search(text)) or bool(_REFERS.search(text))
    explicit = alone.plan is not None and not {"what is measured", "what is counted", "what is ranked"} & set(alone.doubts)
    if explicit and alone.confidence >= 0.8 and (not cued or len(words) > 2 * _SHORT):
        return not cued and len(words) <= 2 and bool(alone.plan and alone.plan.listing)
    return cued or len(words) <= _SHORT or alone.plan is None


def _merged(before: Plan, draft: Draft, change: Plan, also: bool) -> Plan:
    plan = before
    swapped = _swapped(before, draft)
    measures = () if swapped else _measures(draft, change)
    if measures:
        plan = plan.but(measures=(*before.measures, *measures) if also else measures, correlate=None)
    keys = swapped or tuple(key for _, key in draft.keys)
    values = {c.field for c in change.where}
    keys = tuple(key for key in keys if not (key.field in values and key.field in {k.field for k in before.by}))
    if keys:
        plan = plan.but(by=(*plan.by, *keys) if also else _new_keys(plan, keys), within=None)
        if plan.limit and not change.limit and all(key.field == "time" for key in plan.by):
            plan = plan.but(limit=None, order=None)
    if change.where:
        plan = _filtered(plan, change.where)
    if change.periods:
        plan = plan.but(periods=change.periods, by=_with_periods(plan, change))
    if change.having:
        keyed = [key.field for key in plan.by if key.field in fields()]
        plan = plan.but(having=tuple(h if h.key in keyed or not keyed else replace(h, key=keyed[0]) for h in change.having))
    order = change.order or draft.order or _order(draft)
    if (limit := change.limit or draft.limit) and plan.by:
        plan = plan.but(limit=limit, order=order or plan.order or "desc")
    elif order and plan.by:
        plan = plan.but(order=order)
    if change.transform and change.transform != "reach":
        plan = plan.but(transform=change.transform)
    return plan


def _order(draft: Draft) -> str | None:
    names = [item.name for item in draft.items if item.kind == "order"]
    return {"best": "desc", "worst": "asc"}.get(names[0], names[0]) if names else None


def _measures(draft: Draft, change: Plan) -> tuple:  # type: ignore[type-arg]
    """Return what the fragment itself measures; defaults that were filled in do not count."""
    named = [m for _, m in draft.measures]
    return tuple(m for m in change.measures if any(m.name == n.name or m.metric == n.metric for n in named)) if named else ()


def _swapped(before: Plan, draft: Draft) -> tuple[By, ...]:
    """Read "what about sellers?" after a ranking of customers as the same ranking of sellers."""
    ranked = [key for key in before.by if key.field in {e.key for e in entities().values()}]
    if not ranked or len(draft.measures) != 1 or draft.measures[0][1].part:
        return ()
    entity = draft.measures[0][1].entity
    counted = any(item.kind == "agg" for item in draft.items)
    if entity is None or counted or entities()[entity].key not in fields():
        return ()
    return (By(entities()[entity].key),)


def _new_keys(plan: Plan, keys: tuple[By, ...]) -> tuple[By, ...]:
    """Replace the breakdown; a change of grain keeps the other keys."""
    if all(key.field == "time" for key in keys) and any(key.field == "time" for key in plan.by):
        return (*(key for key in plan.by if key.field != "time"), *keys)
    return keys


def _filtered(plan: Plan, where: tuple[Condition, ...]) -> Plan:
    """Put the new conditions in place of those on the same field; a group that is fixed is no breakdown any more."""
    new = {condition.field for condition in where}
    kept = tuple(condition for condition in plan.where if condition.field not in new)
    fixed = {condition.field for condition in where if condition.op == "=="}
    by = tuple(key for key in plan.by if key.field not in fixed)
    left = plan.but(where=(*kept, *where), by=by)
    return left if by else left.but(limit=None, order=None, within=None, transform=None if plan.transform == "share" else plan.transform)


def _with_periods(plan: Plan, change: Plan) -> tuple[By, ...]:
    split = tuple(key for key in change.by if key.field == "period" or (key.field == "time" and len(change.periods) > 1))
    timed = any(key.field in ("time", "period") for key in plan.by)
    return plan.by if timed or not split else (*plan.by, *split)

