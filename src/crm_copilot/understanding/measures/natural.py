"""What a group or a table is counted in when the question does not say."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, Condition, Measure, count_of

_NATURAL = {
    "payments": "payment", "reviews": "review", "deals": "deal", "leads": "lead", "products": "item",
    "order_items": "item", "customers": "order", "orders": "order", "sellers": "order", "clients": "client",
    "interactions": "interaction", "df": "transaction", "customer_df": "transaction", "product_df": "transaction",
}  # fmt: skip


def natural_entity(field: str) -> str:
    """Return the thing that rows with this field are counted in."""
    return _NATURAL.get(fields()[field].table, "order") if field in fields() else "order"


def natural_measure(key: By) -> Measure:
    """Return what a group is counted in when the question does not say."""
    return count_of("order" if key.field in ("time", "period") else natural_entity(key.field))


def as_part_of(measure: Measure, conditions: tuple[Condition, ...], base: tuple[Condition, ...]) -> Measure:
    """Return the percentage of a measure that satisfies the conditions."""
    return replace(measure, where=(*measure.where, *base), part=conditions)
