"""Follow-ups: "and by state?", "only 2018", "top 3" are read as changes of the question before.

What the fragment names replaces what the question had: its period, its filter on the same field, its breakdown, its
measure. What it does not name stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crm_copilot.catalog import entities, fields
from crm_copilot.domain import LinkedValue, Period
from crm_copilot.library.plan import By, Condition, Measure, Plan, count_of
from crm_copilot.understanding.conditions import with_base
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.confidence import confidence_of
from crm_copilot.understanding.reader import Calendar, Reading, drafted, read
from crm_copilot.understanding.shapes import same_kind
from crm_copilot.understanding.text import language_of, plain, tokenize

_CUES = re.compile(
    r"^(?:and|what about|how about|same|the same|only|now|just|but|then|also|ok|okay|or|instead|in|for|by|per|with|without|excluding|sort|top|bottom|"
    r"compare|break|split|show|make|as|e|so|somente|apenas|agora|mesm[oa]|mas|tambem|entao|ou|por|para|em|com|sem|top|compare|ordene|quebre|e se|qual deles|"
    r"which of (?:those|these|them)|which \\d+ the|of (?:those|these|them)|desses|dessas|as|roll|make|turn|keep|remove|drop|filter|limit|rank|mostra|mostrar|filtra|filtre|tira|retire|ordena|agrupa|ranqueie|e considerando|considerando|"
    r"(?:which|qual|quem|what|que)\s+(?:tem|has|have|had|one|is|e)\b.*)\b|^(?:那|只|同样|按|再|如果|其中|换成|改成)"
)
_SHORT = 6
_REFERS = re.compile(
    r"\b(?:those|these|them|they|that|it|one|same|esses|essas|desses|dessas|isso|mesm[oa]s?|deles|delas)\b|这些|其中|它们"
)
_ALSO = re.compile(
    r"\b(?:also(?! (?:give|show|list|tell|what|which|how))|too|as well|together with|tambem|junto|each of (?:them|those|these)|cada um d[eo]l[eo]s|cada uma delas|their)\b|同时|还"
)


def merge(question: str, before: Plan, links: Sequence[LinkedValue], calendar: Calendar) -> Reading | None:
    """Return the reading of a follow-up to a plan, None when the question stands by itself."""
    alone = read(question, links, calendar)
    if alone.scope or before.special or not _follows(question, alone):
        return None
    draft, change = drafted(question, language_of(question), links, calendar)
    plan = _merged(before, draft, change, bool(_ALSO.search(plain(question))))
    if plan == before:
        return None
    noun = _THAT_ONE.search(plain(question))
    if noun and before.limit == 1 and any(noun["noun"][:4] in key.field + (key.grain or "") for key in before.by):
        draft.doubt("which one that is", 0.5)
    if before.limit and _AMONG.search(plain(question)) and change.where:
        draft.doubt("a filter on what was ranked", 0.5)
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
    explicit = alone.plan is not None and not {"what is measured", "what is counted", "what is ranked"} & set(
        alone.doubts
    )
    if explicit and alone.confidence >= 0.8 and (not cued or len(words) > 2 * _SHORT):
        return not cued and len(words) <= 2 and bool(alone.plan and alone.plan.listing)
    return cued or len(words) <= _SHORT or alone.plan is None


_AMONG = re.compile(r"\b(?:of|among) (?:those|these|them)\b|\b(?:desses|dessas|deles|delas|dentre)\b")
_THAT_ONE = re.compile(r"\b(?:that|this|ess[ea]|ness[ea]|dess[ea]|naquel[ea])\s+(?P<noun>\w+)")
_HOW_MANY_OF = re.compile(r"\bhow many of (?:them|those|these)\b|\bquant[oa]s (?:del[ea]s|dess[ea]s)\b")
_YEAR_BEFORE = re.compile(
    r"\b(?:same|mesm[oa])\b.*\b(?:year before|previous year|prior year|last year|year earlier|ano anterior|ano passado)\b"
)


def _merged(before: Plan, draft: Draft, change: Plan, also: bool) -> Plan:
    plan = before
    swapped = () if change.where else _swapped(before, draft)
    reranked = _reranked(before, draft)
    measures = reranked or (() if swapped else _measures(draft, change))
    swapped = () if reranked else swapped
    if measures:
        plan = plan.but(measures=(*before.measures, *measures) if also else measures, correlate=None)
    keys = swapped or tuple(_sided(key, before) for _, key in draft.keys if not reranked) or _other_grain(before, draft)
    values = {c.field for c in change.where}
    if len(keys) == 1:
        keys = tuple(key for key in keys if not (key.field in values and key.field in {k.field for k in before.by}))
    keys = tuple(key for key in keys if same_kind(key.field, before) == key.field)
    if keys:
        asked = {key.field for key in keys} - {c.field for c in change.where}
        plan = plan.but(where=tuple(c for c in plan.where if c.field not in asked or c.op not in ("==", "in")))
        plan = plan.but(by=(*plan.by, *keys) if also else _new_keys(plan, keys), within=None)
        if plan.limit and not change.limit and all(key.field == "time" for key in plan.by) and not draft.has("which"):
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
    elif not measures or measures == before.measures:
        plan = _transformed(plan, draft)
    if change.limit and keys and before.transform in ("growth", "yoy") and not change.transform:
        plan = plan.but(transform=None)
    if (
        _YEAR_BEFORE.search(plain(draft.question))
        and len(before.periods) == 1
        and not draft.has("transform", "growth", "share")
    ):
        plan = plan.but(periods=(_year_earlier(before.periods[0]),), transform=before.transform)
    return _share_of_that(before, draft, change) or _share_of_those(before, draft, plan)


def _year_earlier(period: Period) -> Period:
    label = period.label.replace(str(period.start.year), str(period.start.year - 1))
    return Period(period.start.replace(year=period.start.year - 1), period.end.replace(year=period.end.year - 1), label)


def _sided(key: By, before: Plan) -> By:
    """Read "which state is each of them in" after a ranking of sellers as the sellers' states."""
    sellers = any(k.field == "seller_id" for k in before.by)
    twin = "seller_" + key.field.removeprefix("customer_")
    return replace(key, field=twin) if sellers and key.field.startswith("customer_") and twin in fields() else key


def _other_grain(before: Plan, draft: Draft) -> tuple[By, ...]:
    """Read "roll that up to quarters" as another grain of the same time series."""
    timed = any(key.field == "time" for key in before.by)
    grains = [item.name for item in draft.items if item.kind == "grain"]
    return (By("time", grains[0]),) if timed and len(grains) == 1 and not draft.periods else ()  # type: ignore[arg-type]


def _transformed(plan: Plan, draft: Draft) -> Plan:
    """Read "make it cumulative", "as percentages" as another view of the same table."""
    asked = {item.name for item in draft.items if item.kind == "transform"}
    timed = any(key.field == "time" for key in plan.by)
    additive = bool(plan.measures) and not (
        plan.measures[0].part or plan.measures[0].divisor or plan.measures[0].is_percent
    )
    if "cumulative" in asked and timed:
        return plan.but(transform="cumulative", order=None)
    if "yoy" in asked and timed:
        return plan.but(transform="yoy", order=None)
    if "growth" in asked and timed:
        return plan.but(transform="growth", order=None)
    if "share" in asked and plan.by and additive and not plan.transform:
        return plan.but(transform="share")
    return plan


def _share_of_that(before: Plan, draft: Draft, change: Plan) -> Plan | None:
    """Read "what percentage of the delivered orders is that?" after a number as the share of its rows."""
    asked = any(item.kind == "transform" and item.name == "share" for item in draft.items)
    counted = len(before.measures) == 1 and before.measures[0].entity and not before.by and before.where
    if not asked or not counted or draft.keys or not _THAT.search(plain(draft.question)):
        return None
    base = tuple(c for c in change.where if c not in before.where)
    part = tuple(c for c in before.where if c not in change.where)
    return before.but(measures=(replace(before.measures[0], part=part, where=with_base(part)),), where=base)


_THAT = re.compile(r"\b(?:that|this|it|isso|isto)\b")


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
    ranked = before.limit or before.order or any(item.kind in ("transform", "order") for item in draft.items)
    if not before.by or not (ranked or "instead" in draft.question):
        return ()
    for index, item in enumerate(draft.items):
        if item.kind == "entity" and draft.kind(index - 1) == "by" and item.counts:
            return (count_of(item.name),)
    return ()


def _order(draft: Draft) -> str | None:
    names = [item.name for item in draft.items if item.kind == "order"]
    return {"best": "desc", "worst": "asc"}.get(names[0], names[0]) if names else None


def _measures(draft: Draft, change: Plan) -> tuple:  # type: ignore[type-arg]
    """Return what the fragment itself measures; defaults that were filled in do not count."""
    if _HOW_MANY_OF.search(plain(draft.question)) and not draft.has("entity"):
        return ()
    named = [m for i, m in draft.measures if not (change.where and _qualifies_place(draft, i))]
    if not change.by and not any(m.part for m in change.measures):
        return tuple(named)
    return (
        tuple(m for m in change.measures if any(m.name == n.name or m.metric == n.metric for n in named))
        if named
        else ()
    )


def _qualifies_place(draft: Draft, index: int) -> bool:
    """Whether a thing only carries a filter: "only customers from Minas Gerais"."""
    item = draft.items[index]
    return item.kind == "entity" and not item.counts and draft.kind(index - 1) != "agg"


def _swapped(before: Plan, draft: Draft) -> tuple[By, ...]:
    """Read "what about sellers?" after a ranking of customers as the same ranking of sellers."""
    if _WHICH_ONE.search(plain(draft.question)):
        return ()
    ranked = [key for key in before.by if key.field in {e.key for e in entities().values()}]
    if not ranked or len(draft.measures) != 1 or draft.measures[0][1].part:
        return ()
    entity = draft.measures[0][1].entity
    counted = any(item.kind == "agg" for item in draft.items)
    if entity is None or counted or entities()[entity].key not in fields():
        return ()
    return (By(entities()[entity].key),)


_WHICH_ONE = re.compile(r"\b(?:which|what) (?:one|ones)\b|\bqual (?:del[ea]s|tem)\b")


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
    return (
        left
        if by
        else left.but(
            limit=None, order=None, within=None, transform=None if plan.transform == "share" else plan.transform
        )
    )


def _other_part(plan: Plan, where: tuple[Condition, ...]) -> Plan:
    """Read "and vouchers?" after "what share is paid by card?" as the share of vouchers."""
    new = {c.field: c for c in where}
    measures = tuple(replace(m, part=tuple(new.get(c.field, c) for c in m.part)) for m in plan.measures)
    return plan.but(measures=measures)


def _with_periods(plan: Plan, change: Plan) -> tuple[By, ...]:
    split = tuple(
        key for key in change.by if key.field == "period" or (key.field == "time" and len(change.periods) > 1)
    )
    timed = any(key.field in ("time", "period") for key in plan.by)
    return plan.by if timed or not split else (*plan.by, *split)
