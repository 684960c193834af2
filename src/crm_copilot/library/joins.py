"""From which rows a measure is computed: the paths between the tables.

A *lookup* adds columns to a row (an item has one order, one product, one seller). A *bridge* goes the other
way: an order has several items, so a measure of orders by category must take each pair of order and category
once. Joining without that distinction is how totals get inflated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from crm_copilot.catalog import fields, tables


class Unreachable(Exception):
    """The data do not tie these things together; the text says so in a sentence for the asker."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Add columns of `table` by `key`; `how` is left where a row may have no partner."""

    table: str
    key: str
    how: Literal["inner", "left"] = "inner"


# Relations that are one to one in these data although the foreign key stands on the other side only.
_BACKWARD = {"customers": (Lookup("orders", "customer_id"),), "leads": (Lookup("deals", "mql_id", "left"),)}
# A deal's seller may have sold nothing yet, and most sellers came without a deal.
_LOOSE = {
    "deals": (Lookup("sellers", "seller_id", "left"),),
    "sellers": (Lookup("deals", "seller_id", "left"),),
    "order_items": (Lookup("deals", "seller_id", "left"),),
}
_SCORES = {"df": (Lookup("customer_df", "user_id"), Lookup("product_df", "item_id"))}
CHILDREN = ("order_items", "payments", "reviews")
TIME = {
    "order_items": "order_purchase_timestamp", "orders": "order_purchase_timestamp",
    "payments": "order_purchase_timestamp", "reviews": "order_purchase_timestamp",
    "customers": "order_purchase_timestamp", "leads": "first_contact_date", "deals": "won_date",
    "interactions": "interaction_time", "clients": "last_meeting_date", "df": "timestamp",
}  # fmt: skip


@cache
def lookups(table: str) -> tuple[Lookup, ...]:
    """Return the lookups that start at `table`."""
    declared = tuple(Lookup(r.table, r.column) for r in tables()[table].references if r.column == r.target)
    return declared + _BACKWARD.get(table, ()) + _LOOSE.get(table, ()) + _SCORES.get(table, ())


@cache
def path(base: str, column: str) -> tuple[Lookup, ...] | None:
    """Return the lookups that bring `column` to the rows of `base`: () when it is there, None when none do."""
    seen = {base}
    front: list[tuple[str, tuple[Lookup, ...]]] = [(base, ())]
    while front:
        table, steps = front.pop(0)
        if column in tables()[table].columns:
            return steps
        for step in lookups(table):
            if step.table not in seen:
                seen.add(step.table)
                loose = replace(step, how="left") if any(before.how == "left" for before in steps) else step
                front.append((step.table, (*steps, loose)))
    return None


def needed(field: str, base: str, time: str | None = None) -> tuple[str, ...]:
    """Return the columns that `field` needs; `time` and `period` need the column that dates the rows of `base`."""
    if field in ("time", "period"):
        column = time or TIME.get(base)
        if column is None:
            raise Unreachable(f"{tables()[base].row}s carry no date in these data")
        return fields()[column].columns if column in fields() else (column,)
    if field in fields():
        return fields()[field].columns
    return (field,)


def reaches(base: str, field: str, time: str | None = None) -> Literal["lookup", "bridge", "no"]:
    """Say how the rows of `base` come to `field`."""
    try:
        columns = needed(field, base, time)
    except Unreachable:
        return "no"
    computed = field in fields() and fields()[field].pandas is not None
    if _by_lookup(base, fields()[field].table if computed else None, columns):
        return "lookup"
    return "bridge" if bridge(base, field) else "no"


def _by_lookup(base: str, home: str | None, columns: Iterable[str]) -> bool:
    if any(path(base, column) is None for column in columns):
        return False
    return home is None or home == base or home in _reachable(base)


@cache
def _reachable(base: str) -> frozenset[str]:
    found, front = {base}, [base]
    while front:
        for step in lookups(front.pop()):
            if step.table not in found:
                found.add(step.table)
                front.append(step.table)
    return frozenset(found)


def bridge(base: str, field: str) -> str | None:
    """Return the child table of orders through which `base` comes to `field`, or None."""
    if path(base, "order_id") is None or field not in fields():
        return None
    home = fields()[field].table
    for child in CHILDREN:
        if (
            child != base
            and home in _reachable(child)
            and all(path(child, c) is not None for c in fields()[field].columns)
        ):
            return child
    return None
