"""How concentrated: "what share comes from the top 10 %", "how many sellers make 80 %", ABC; and compound growth."""

from __future__ import annotations

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import By, Measure, Plan, Transform, by_time
from crm_copilot.understanding.draft import Draft

_ONE_NUMBER = frozenset("what how quanto quantos que qual much 多 %".split())
_OVER = frozenset("over sobre divided dividido".split())
_TOGETHER = frozenset("together combined jointly junto somado conjunto".split())
_HELD = frozenset("held made generated earned coming captured owned concentrated detido gerada feita".split())
_MAKING = (
    "make up",
    "makes up",
    "made up",
    "account for",
    "accounts for",
    "represent",
    "represents",
    "making up",
    "accounting for",
    "which make up",
    "respondem por",
    "responde por",
)
# What the few make up, where the question does not say.
_PARETO = 80


def concentrate(draft: Draft, plan: Plan) -> Plan:
    """Ask how much the top makes up, how many make up so much, or for the compound growth."""
    if not plan.measures or plan.correlate or plan.listing or any(measure.part for measure in plan.measures[1:]):
        return plan
    if draft.has("special", "compound"):
        return _compound(draft, plan)
    places = [i for i, _ in draft.measures]
    if len(places) == 2 and _OVER & set(draft.gap(*sorted(places))):
        return plan  # "total freight over product value (%), top 10 states"
    if (
        len(places) == 2
        and not draft.percent
        and any(min(places) < i < max(places) for i in draft.places("transform", "share"))
    ):
        return plan  # "the 10 categories where freight is the highest % of the value"
    things = [m for m in plan.measures if m.entity and entities()[m.entity].key in fields()]
    additive = next((m for m in plan.measures if _is_additive(m) and m not in things), None)
    keyed = next((k for k in plan.by if k.field in fields() and fields()[k.field].kind == "dimension"), None)
    if additive is None:
        # What limits counted rows may be the part that the share is of: "orders in the top 3 states that are late".
        counted = next(filter(_is_additive, things), None) if keyed and not plan.where else None
        return _of_the_top(draft, plan, counted) if counted and _is_top_share(draft, plan) else plan
    if draft.percent and things and not plan.by:
        return _reach(draft, plan, things[0], additive)
    if keyed is not None and draft.has("special", "pareto") and not _asks_for_the_top(draft, plan):
        draft.use_all("special")
        percent = draft.percent or _PARETO
        return plan.but(measures=(additive,), by=(keyed,), transform="reach list", percent=percent, order=None)
    if draft.percent and (made_by := _asked_for(draft)) is not None:
        return _reach_by(draft, plan, made_by, additive)
    if keyed is not None and _make_up_so_much(draft):
        for index in draft.indices("transform"):
            draft.use(index, "transform")
        return plan.but(measures=(additive,), by=(keyed,), transform="reach list", percent=draft.percent, order=None)
    if keyed is not None and _is_top_share(draft, plan):
        return _of_the_top(draft, plan, additive)
    return plan


def _make_up_so_much(draft: Draft) -> bool:
    """Whether those are asked for that make up a percentage: "the sellers that make up 60 % of revenue"."""
    made = any(draft.word(i) in _MAKING for i in range(len(draft.items)) if draft.kind(i) == "transform")
    percents = [i for i, role in draft.roles.items() if role == "percent"]
    behind = {draft.roles.get(i + far) for i in percents for far in (1, 2, 3)}
    asked = draft.has("which") or draft.has("list") or any(token.key in ("one", "they") for token in draft.tokens)
    return bool(percents) and made and asked and "measure" in behind


def _of_the_top(draft: Draft, plan: Plan, measure: Measure) -> Plan:
    for index in (*draft.indices("transform"), *draft.indices("agg")):
        draft.use(index, "transform")
    return plan.but(measures=(measure,), transform="top share", percent=draft.percent, order=None)


def _compound(draft: Draft, plan: Plan) -> Plan:
    draft.use_all("special")
    yearly = any(word in draft.question.casefold() for word in ("annual", "anual"))
    timed = next((key for key in plan.by if key.field == "time"), by_time("year" if yearly else "month"))
    return plan.but(by=(timed,), transform="compound", order=None, limit=None)


def _is_additive(measure: Measure) -> bool:
    return measure.agg in ("sum", "count", "nunique") and not measure.part and not measure.divisor


def _reach(draft: Draft, plan: Plan, thing: Measure, additive: Measure) -> Plan:
    for index in draft.indices("transform"):
        draft.use(index, "transform")
    share = draft.has("transform", "share") and not draft.has("agg", "count")
    transform: Transform = "reach share" if share else "reach"
    by = (By(entities()[thing.entity or ""].key),)
    return plan.but(
        measures=(additive,), by=by, transform=transform, percent=draft.percent, order=None, limit=None
    )  # fmt: skip


def _asked_for(draft: Draft) -> By | None:
    """Return the things of which a share is asked for: "what percentage of sellers makes 80 % of revenue"."""
    shares = draft.places("transform", "share")
    percent = next((i for i, role in draft.roles.items() if role == "percent"), None)
    thing = shares[0] + 1 if shares else 0
    if percent is None or not shares or not thing < percent or not draft.touching(shares[0], thing):
        return None
    if not any(i > percent for i, _ in draft.measures):
        return None
    draft.use(thing, "key")
    if draft.kind(thing) == "entity" and entities()[draft.name(thing)].key in fields():
        return By(entities()[draft.name(thing)].key)
    return next((key for i, key in draft.keys if i == thing), None)


def _reach_by(draft: Draft, plan: Plan, key: By, additive: Measure) -> Plan:
    for index in (*draft.indices("transform"), *draft.indices("agg")):
        draft.use(index, "transform")
    return plan.but(
        measures=(additive,), by=(key,), transform="reach share", percent=draft.percent, order=None, limit=None
    )  # fmt: skip


def _asks_for_the_top(draft: Draft, plan: Plan) -> bool:
    share_of_top = plan.order and draft.percent is None and draft.has("transform", "share")
    return bool(plan.limit or share_of_top)


def _is_top_share(draft: Draft, plan: Plan) -> bool:
    """Whether one percentage is asked for: that of the top."""
    if len(plan.by) != 1 or plan.order == "asc" or not draft.has("transform", "share"):
        return False
    if draft.percent or not plan.limit:
        return bool(draft.percent)
    shares = draft.places("transform", "share")
    ranked = any(draft.marks.get(i) == "rank" for i, _ in draft.keys) or not draft.has("by")
    by_share = any(draft.kind(i - 1) == "by" for i in shares)
    return ranked and not by_share and any(_is_one_number(draft, index) for index in shares)


def _is_one_number(draft: Draft, share: int) -> bool:
    """Whether one percentage is asked for, and not one for each of the top."""
    item = draft.items[share]
    near = {token.key for token in draft.tokens[max(0, item.start - 3) : item.end]}
    together = any(token.key in _TOGETHER for token in draft.tokens)
    held = bool(_HELD & {token.key for token in draft.tokens[item.end : item.end + 6]})
    one = held or bool(_ONE_NUMBER & near) or draft.tokens[0].key in ("quanto", "how")
    return together or (one and not draft.has("list"))
