"""The rows of one order whose id is given: its status and dates, what was in it, how it was paid, how it was rated."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, Plan
from crm_copilot.understanding.draft import Draft

# What the words of a question are about, by the table of their field or thing.
_OF_PAYMENTS = frozenset("payment payment_type payment_value payment_installments".split())
_OF_ITEMS = frozenset(
    "item product seller product_id product_category seller_id price freight_value item_total".split()
)
_OF_REVIEWS = frozenset("review review_score comment_length has_comment".split())
_OF_ORDERS = frozenset(
    "order_status is_delivered is_late delivery_days promised_days day customer_city customer_state".split()
)
# Words of the dates of an order, which its row shows all.
_DATES = frozenset("estimated estimada previsto prevista promised purchase approval approved carrier date data".split())
_ALSO_OF_ORDERS = ("customer_city", "customer_state", "product_category")
_EVERYTHING = frozenset("tudo everything detail detalhe dado info informacao".split())
_NAMING = ("entity", "dimension", "quantity", "predicate", "grain")


def look_up(draft: Draft, plan: Plan) -> Plan:
    """Show the rows of an order in place of a number, where its attributes are asked for."""
    where = tuple(c for c in plan.where if (c.field, c.op) == ("order_id", "=="))
    others = {c.field for c in plan.where} - {"order_id", "order_status", "is_delivered"}
    if not where or others or plan.having or plan.listing or _asks_for_a_number(draft):
        return plan
    named = {name for i in range(len(draft.items)) if (name := draft.named(i, *_NAMING))} - {"order"}
    bare = [measure.entity for measure in plan.measures] == ["order"] and not named and not plan.by
    all_of_it = bare or bool(_EVERYTHING & {token.key for token in draft.tokens})
    table = _table(named) or ("orders" if all_of_it else None)
    if table is None or not (all_of_it or _asks_for_attributes(plan, named)):
        return plan
    _use_up(draft)
    by = tuple(By(name) for name in _ALSO_OF_ORDERS if name in named and _knows(table, name))
    return Plan(listing=table, where=where, by=by)


def _asks_for_a_number(draft: Draft) -> bool:
    numbers = draft.has("agg", "count", "sum", "mean", "median") or draft.has("transform", "share")
    total = any(token.key == "total" for token in draft.tokens)
    return numbers or total or any(item.kind == "metric" and not item.sense("quantity") for item in draft.items)


def _knows(table: str, name: str) -> bool:
    return table == "order_items" or (table == "orders" and name != "product_category")


def _use_up(draft: Draft) -> None:
    """Leave nothing unread that the rows show."""
    for index in range(len(draft.items)):
        if draft.free(index) and draft.kind(index) in (*_NAMING, "which", "list", "metric", "by"):
            draft.use(index, "nothing")
    draft.fillers.update(place for place, token in enumerate(draft.tokens) if token.key in _DATES)


def _table(named: set[str]) -> str | None:
    """Return the table that knows what is asked for."""
    for table, words in (("payments", _OF_PAYMENTS), ("reviews", _OF_REVIEWS), ("order_items", _OF_ITEMS)):
        if named & words:
            return table
    return "orders" if named & _OF_ORDERS else None


def _asks_for_attributes(plan: Plan, named: set[str]) -> bool:
    """Whether labels or dates are asked for; one amount alone is a number."""
    labels = {name for name in named if name not in fields() or fields()[name].kind != "quantity"}
    return bool(labels) or len(named) > 1 or not plan.measures
