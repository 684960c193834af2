"""Groups under a condition that are asked for themselves: "sellers with over 100 orders, with their rating"."""

from __future__ import annotations

from crm_copilot.catalog import entities, fields
from crm_copilot.library import joins
from crm_copilot.library.plan import By, Plan
from crm_copilot.understanding.draft import Draft

_BEFORE = ("list", "which", "filler")
_AS_ONE = frozenset("overall together combined altogether conjunto juntos total".split())


def list_those(draft: Draft, plan: Plan) -> Plan:
    """Show the groups under a condition where the question begins with them and with no number of its own."""
    keys = {having.key for having in plan.having if not having.part}
    if len(keys) != 1 or not plan.measures or plan.transform or plan.listing:
        return plan
    if plan.by:
        return _with_attributes(draft, plan, next(iter(keys)))
    head = next((i for i in range(len(draft.items)) if not _leads(draft, i)), None)
    if head is None or _key(draft, head) not in keys:
        return plan
    if draft.roles.get(head) in ("measure", "agg") and draft.kind(head) != "metric":
        return plan
    counted = {entities()[measure.entity].key for measure in plan.measures if measure.entity}
    one = draft.has("agg", "count") and counted & keys
    if one or counted & keys or _AS_ONE & {t.key for t in draft.tokens} or draft.has("transform", "share"):
        return plan
    draft.use(head, "key")
    if all(measure.metric == "active_sellers" for measure in plan.measures):
        plan = plan.but(measures=tuple(dict.fromkeys(having.measure for having in plan.having)))
    return plan.but(by=(By(next(iter(keys))),), order=plan.order or "desc")


def _with_attributes(draft: Draft, plan: Plan, key: str) -> Plan:
    """Show what each of those has one of beside it: "products that sold over 30 units, with their category"."""
    head = next((i for i in range(len(draft.items)) if not _leads(draft, i)), None)
    table = next((thing.table for thing in entities().values() if thing.key == key), None)
    named = head is not None and _key(draft, head) == key and draft.roles.get(head) not in ("measure", "agg")
    own = table and all(not k.grain and k.field != key and joins.reaches(table, k.field) == "lookup" for k in plan.by)
    if not named or not own or "by" in draft.marks.values():
        return plan
    return plan.but(by=(By(key), *plan.by), order=plan.order or "desc")


def _leads(draft: Draft, index: int) -> bool:
    """Whether a word only asks for what follows: "list", "which", "rank the sellers"."""
    return draft.kind(index) in _BEFORE or (draft.kind(index), draft.name(index)) == ("transform", "rank")


def _key(draft: Draft, index: int) -> str:
    if draft.kind(index) == "dimension":
        return draft.name(index)
    uncounted = not (draft.has("agg", "count") or draft.items[index].counts)
    if draft.name(index) == "active_sellers" and (draft.has("list") or uncounted):
        return "seller_id"  # "list the sellers that sold in more than 8 categories"
    key = entities()[draft.name(index)].key if draft.kind(index) == "entity" else ""
    return key if key in fields() else ""
