"""The groups of conditions on groups: "only states with 50 orders"."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import EACH, By, Having, Plan
from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.draft import Draft, joined
from crm_copilot.understanding.measures.counts import CALENDAR
from crm_copilot.understanding.text import Language, key_of

_LANGUAGES: tuple[Language, ...] = ("en", "pt")
_PAIRED = frozenset(
    key_of(word, language)
    for word in "route routes lanes pair pairs combination combinations combos pairings corridors rota rotas par pares"
    " combinacao combinacoes combinação combinações dupla duplas trechos cruzamentos".split()
    for language in _LANGUAGES
)

_VERBS = frozenset("pay pays paid pagam paga pagou order orders sell sells vende vendem".split())
_ACTORS = ("seller_id", "customer_unique_id", "product_id")


def give_groups(draft: Draft, plan: Plan) -> Plan:
    """Give each condition on groups its group: what it stands beside, else what the answer is broken down by."""
    plan = _on_their_side(draft, _count_pairs(draft, plan))
    plan = _of_the_bar(draft, plan)
    return plan.but(having=tuple(_with_group(draft, plan, having) for having in plan.having))


def _of_the_bar(draft: Draft, plan: Plan) -> Plan:
    """Show what is held against the average where only the verb counts: "which states pay more freight than that"."""
    barred = [having.measure for having in plan.having if isinstance(having.value, str)]
    verbs = [index for index, measure in draft.measures if measure.entity and draft.word(index) in _VERBS]
    if barred and verbs and len(plan.measures) == 1:
        return plan.but(measures=tuple(dict.fromkeys(barred)))
    return plan


def _on_their_side(draft: Draft, plan: Plan) -> Plan:
    """Read "which cities have more than 50 sellers" as the cities where those sellers are."""
    counted = [*plan.measures, *(having.measure for having in plan.having)]
    if not plan.having or draft.has("entity", "customer") or any(measure.entity != "seller" for measure in counted):
        return plan
    having = tuple(replace(having, key=sellers(having.key)) for having in plan.having)
    return plan.but(by=tuple(replace(key, field=sellers(key.field)) for key in plan.by), having=having)


def _count_pairs(draft: Draft, plan: Plan) -> Plan:
    """Read "how many pairs of category and state have more than 100 orders" as the number of such rows."""
    different = [m.field for m in plan.measures if m.agg == "nunique" and m.field in fields() and not m.part]
    if len(different) != 2 or len(plan.measures) != 2 or plan.by or not plan.having or not _are_paired(draft):
        return plan
    by = tuple(By(field) for field in different)
    return plan.but(measures=(plan.having[0].measure,), by=by, transform="number")


def _are_paired(draft: Draft) -> bool:
    return any(token.key in _PAIRED for token in draft.tokens)


def _with_group(draft: Draft, plan: Plan, having: Having) -> Having:
    if is_of_rows(draft, plan, having):
        return replace(having, key=EACH)
    if having.without:
        return having
    given = having.key if having.key != EACH else ""
    key = same_kind(given or _group(draft, plan, having), plan)
    if having.measure.entity and entities()[having.measure.entity].key == key:
        draft.doubt("a group that limits itself", 0.5)
    return replace(having, key=key)


def is_of_rows(draft: Draft, plan: Plan, having: Having) -> bool:
    """Whether a condition is on the rows of the answer: months, "routes with at least 30 orders", pairs of keys."""
    if having.key == EACH:
        return bool(plan.by)
    if _is_of_each(draft, having):
        return True
    fixed = [key.field for key in plan.by if not key.is_time]
    if len(fixed) < 2 or having.part:
        return False
    return _are_paired(draft) or (having.key in ("", fixed[-1]) and _joined_keys(draft, having))


def _is_of_each(draft: Draft, having: Having) -> bool:
    """Whether it limits what is listed for each of something: "for each state, the months with over 100 orders"."""
    places = sorted(index for index, _ in draft.keys)
    start = next((index for index, one in draft.having if one == having and index is not None), None)
    if start is None or len(places) != 2 or places[1] > start or having.part or having.without:
        return False
    each = draft.kind(places[0] - 1) == "by" and draft.word(places[0] - 1).endswith(("each", "cada"))
    between = {draft.kind(index) for index in range(places[1] + 1, start)}
    return each and bool(between & {"with", "which"}) and between <= {"with", "which", "entity", "compare", "agg"}


def _joined_keys(draft: Draft, having: Having) -> bool:
    """Whether the keys stand joined right before the condition: "by seller and category with over 100 items"."""
    places = [index for index, key in draft.keys if not key.is_time]
    start = next((index for index, one in draft.having if one == having and index is not None), None)
    if start is None or len(places) < 2 or max(places) > start:
        return False
    between = [draft.kind(index) for index in range(max(places) + 1, start)]
    return joined(draft.gap(places[-2], places[-1])) and set(between) <= {"with"}


def _group(draft: Draft, plan: Plan, having: Having) -> str:
    keyed = next((key.field for key in plan.by if key.field in fields()), None)
    if keyed:
        return keyed
    different = next((m.field for m in plan.measures if m.agg == "nunique" and m.field in fields()), None)
    if different in CALENDAR.values():
        return different or ""
    own = next((m.field for m in plan.measures if m.agg == "nunique" and m.field in _ACTORS), None)
    if own:
        return own
    counted = next((measure.entity for measure in plan.measures if measure.entity), None)
    if counted is None and plan.measures and having.measure.entity == "item" and plan.measures[0].name == "aov":
        return "order_id"  # "average value of the orders with 3 items"
    key = entities()[counted].key if counted else ""
    draft.doubt("whose groups are limited", 0.2 if key in fields() or draft.has("entity", "customer") else 0.35)
    return key if key in fields() else "customer_unique_id"


def same_kind(key: str, plan: Plan) -> str:
    """Read "only states with 50 orders" as the sellers' states where the answer is by those."""
    last = key.rsplit("_", 1)[-1]
    if last not in ("state", "city", "region") or key in [k.field for k in plan.by]:
        return key
    return next((k.field for k in plan.by if k.field.rsplit("_", 1)[-1] == last), key)
