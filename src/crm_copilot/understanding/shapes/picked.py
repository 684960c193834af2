"""The one row that is most of something, with what is asked about it: "the dearest item sold, and its category".

Orders, products and customers have an id to be grouped by; an item sold, or a payment, is a row of its own.
"""

from __future__ import annotations

from crm_copilot.catalog import entities, fields, tables
from crm_copilot.library import joins
from crm_copilot.library.plan import By, Plan, aggregate_of
from crm_copilot.understanding.draft import Draft

# The things that are picked, and by which quantity where the superlative names none: "the largest payment".
_USUAL = {"item": "price", "payment": "payment_value"}
_AMOUNTS = {quantity: thing for thing, quantity in _USUAL.items()}
_SAID_AGAIN = ("is_single_item", "is_sold")  # "the dearest single item ever sold" limits nothing
_THINGS = frozenset("thing things coisa coisas".split())
_SUPERLATIVES = {"max": "desc", "min": "asc", "desc": "desc", "asc": "asc"}


def pick_row(draft: Draft, plan: Plan) -> Plan:
    """Show the row that a superlative picks, where its attributes are asked for."""
    for place in draft.indices("adjective", "order", "agg", free=False):
        thing = _thing_beside(draft, place)
        said = _quantity(draft, place, thing)
        if thing is None or said is None:
            continue
        quantity, order = said
        table = entities()[thing].table
        behind = _asked_behind(draft, place, table)
        named = bool(plan.by or behind) and all(_is_attribute(draft, place, key, table) for key in plan.by)
        if named and not plan.having and all(m.field in (quantity, "*") for m in plan.measures):
            for index in behind:
                draft.use(index, "shown")
            draft.use_all("which")
            where = tuple(condition for condition in plan.where if condition.field not in _SAID_AGAIN)
            measure = aggregate_of(quantity, "min" if order == "asc" else "max")
            limit = plan.limit or 1
            return plan.but(measures=(measure,), where=where, listing=table, order=order, limit=limit)
    return plan


def _thing_beside(draft: Draft, place: int) -> str | None:
    """Return the thing that a superlative stands at."""
    for beside in (place + 1, place - 1):
        if draft.kind(beside) == "entity" and draft.name(beside) in _USUAL and draft.beside(place, beside):
            return draft.name(beside)
    amount = draft.named(place + 1, "quantity") if draft.kind(place) == "order" else ""
    if amount in _AMOUNTS and not draft.gap(place, place + 1):
        return _AMOUNTS[amount]  # "the highest price, and what category was it"
    single = draft.name(place + 1) == "is_single_item" and draft.touching(place, place + 1)
    return "item" if single or _THINGS & set(draft.behind(place, 1)) else None


def _quantity(draft: Draft, place: int, thing: str | None) -> tuple[str, str] | None:
    """Return the quantity that a superlative is about, and which end of it."""
    name, _, end = draft.name(place).rpartition(" ")
    order = _SUPERLATIVES.get(end)
    quantity = name if draft.kind(place) == "adjective" else _USUAL.get(thing or "", "")
    known = quantity in fields() and thing is not None
    reached = known and joins.reaches(entities()[thing or ""].table, quantity) == "lookup"
    return (quantity, order) if order and reached else None


def _asked_behind(draft: Draft, place: int, table: str) -> list[int]:
    """Return the things named behind the superlative of which each row shows the id: "give me the order"."""
    later = (i for i in draft.indices("entity") if i > place + 1)
    return [i for i in later if entities()[draft.name(i)].key in (*tables()[table].key, *tables()[table].listed)]


def _is_attribute(draft: Draft, place: int, key: By, table: str) -> bool:
    """Whether a key is named behind the superlative, and each row has one."""
    behind = any(k == key and index > place and draft.marks.get(index) != "by" for index, k in draft.keys)
    return behind and not key.grain and not key.bins and joins.reaches(table, key.field) == "lookup"
