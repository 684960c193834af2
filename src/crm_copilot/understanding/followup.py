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
from crm_copilot.library.plan import By, Condition, Measure, Plan, count_of
from crm_copilot.understanding.conditions import COUNTING
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.shape import same_kind
from crm_copilot.understanding.reader import Calendar, Reading, confidence_of, drafted, read
from crm_copilot.understanding.text import language_of, plain, tokenize

_CUES = re.compile(
    r"^(?:and|what about|how about|same|the same|only|now|just|but|then|also|ok|okay|or|instead|in|for|by|per|with|without|excluding|sort|top|bottom|"
    r"compare|break|split|show|make|as|e|so|somente|apenas|agora|mesm[oa]|mas|tambem|entao|ou|por|para|em|com|sem|top|compare|ordene|quebre|e se|qual deles|"
    r"which of (?:those|these|them)|which \\d+ the|of (?:those|these|them)|desses|dessas|keep|remove|drop|filter|limit|rank|mostra|mostrar|filtra|filtre|tira|retire|ordena|agrupa|ranqueie|e considerando|considerando|"
    r"(?:which|qual|quem|what|que)\s+(?:tem|has|have|had|one|is|e)\b.*)\b|^(?:那|只|同样|按|再|如果|其中|换成|改成)"
)
_SHORT = 6
_REFERS = re.compile(r"\b(?:those|these|them|they|that|it|one|same|esses|essas|desses|dessas|isso|mesm[oa]s?|deles|delas)\b|这些|其中|它们")
_ALSO = re.compile(r"\b(?:also(?! (?:give|show|list|tell|what|which|how))|too|as well|together with|tambem|junto|each of (?:them|those|these)|cada um d[eo]l[eo]s|cada uma delas|their)\b|同时|还")


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
    swapped = () if change.where else _swapped(before, draft)
    reranked = _reranked(before, draft)
    measures = reranked or (() if swapped else _measures(draft, change))
    swapped = () if reranked else swapped
    if measures:
        plan = plan.but(measures=(*before.measures, *measures) if also else measures, correlate=None)
    keys = swapped or tuple(key for _, key in draft.keys if not reranked)
    values = {c.field for c in change.where}
    if len(keys) == 1:
        keys = tuple(key for key in keys if not (key.field in values and key.field in {k.field for k in before.by}))
    keys = tuple(key for key in keys if same_kind(key.field, before) == key.field)
    if keys:
        asked = {key.field for key in keys} - {c.field for c in change.where}
        plan = plan.but(where=tuple(c for c in plan.where if c.field not in asked or c.op not in ("==", "in")))
        plan = plan.but(by=(*plan.by, *keys) if also else _new_keys(plan, keys), within=None)
        if plan.limit and not change.limit and all(key.field == "time" for key in plan.by):
            plan = plan.but(limit=None, order=None)
    if change.where:
        plan = _filtered(_other_part(plan, change.where), change.where)
    if change.periods:
        plan = plan.but(periods=change.periods, by=_with_periods(plan, change))
    if change.having:
        keyed = [key.field for key in plan.by if key.field in fields()]
        aligned = [replace(h, key=same_kind(h.key, plan)) for h in change.having]
        plan = plan.but(having=tuple(h if h.key in keyed or not keyed else replace(h, key=keyed[0]) for h in aligned))
    order = change.order or draft.order or _order(draft)
    if (limit := change.limit or draft.limit) and plan.by:
        plan = plan.but(limit=limit, order=order or plan.order or "desc")
    elif order and plan.by:
        plan = plan.but(order=order)
    if change.transform and change.transform != "reach":
        plan = plan.but(transform=change.transform)
    return _share_of_those(before, draft, plan)


def _share_of_those(before: Plan, draft: Draft, plan: Plan) -> Plan:
    """Read "what share do they make up together?" after a ranking as one percentage."""
    asked = any(item.kind == "transform" and item.name == "share" for item in draft.items)
    together = before.limit and len(before.by) == 1 and not draft.keys and not draft.where
    if asked and together and _TOGETHER.search(plain(draft.question)):
        return before.but(transform="top share", measures=before.measures[:1], order=None)
    return plan


_TOGETHER = re.compile(r"\b(?:they|them|together|combined|those|these|juntos|juntas|eles|elas|somados|somadas)\b")


def _reranked(before: Plan, draft: Draft) -> tuple[Measure, ...]:
    """Read "rank them by number of orders instead" as another measure of the same ranking."""
    if not before.by or not any(item.kind in ("transform", "order") or item.text.casefold() == "instead" for item in draft.items) and "instead" not in draft.question:
        return ()
    for index, item in enumerate(draft.items):
        if item.kind == "entity" and draft.kind(index - 1) == "by" and COUNTING.match(item.text.casefold()):
            return (count_of(item.name),)
    return ()


def _order(draft: Draft) -> str | None:
    names = [item.name for item in draft.items if item.kind == "order"]
    return {"best": "desc", "worst": "asc"}.get(names[0], names[0]) if names else None


def _measures(draft: Draft, change: Plan) -> tuple:  # type: ignore[type-arg]
    """Return what the fragment itself measures; defaults that were filled in do not count."""
    named = [m for i, m in draft.measures if not (change.where and _qualifies_place(draft, i))]
    if change.order and not change.by and not any(m.part for m in change.measures):
        return tuple(named)
    return tuple(m for m in change.measures if any(m.name == n.name or m.metric == n.metric for n in named)) if named else ()


def _qualifies_place(draft: Draft, index: int) -> bool:
    """Whether a thing only carries a filter: "only customers from Minas Gerais"."""
    item = draft.items[index]
    return item.kind == "entity" and not COUNTING.match(item.text.casefold()) and draft.kind(index - 1) != "agg"


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
    parts = {c.field for m in plan.measures for c in m.part}
    where = tuple(c for c in where if c.field not in parts)
    new = {condition.field for condition in where}
    kept = tuple(condition for condition in plan.where if condition.field not in new)
    fixed = {condition.field for condition in where if condition.op == "=="}
    by = tuple(key for key in plan.by if key.field not in fixed)
    left = plan.but(where=(*kept, *where), by=by)
    return left if by else left.but(limit=None, order=None, within=None, transform=None if plan.transform == "share" else plan.transform)


def _other_part(plan: Plan, where: tuple[Condition, ...]) -> Plan:
    """Read "and vouchers?" after "what share is paid by card?" as the share of vouchers."""
    new = {c.field: c for c in where}
    measures = tuple(replace(m, part=tuple(new.get(c.field, c) for c in m.part)) for m in plan.measures)
    return plan.but(measures=measures)


def _with_periods(plan: Plan, change: Plan) -> tuple[By, ...]:
    split = tuple(key for key in change.by if key.field == "period" or (key.field == "time" and len(change.periods) > 1))
    timed = any(key.field in ("time", "period") for key in plan.by)
    return plan.by if timed or not split else (*plan.by, *split)

