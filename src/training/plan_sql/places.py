"""Where a row finds a field: by lookups, or on a child of its order.

The ties between the tables are stated here once more, for the reason that the package gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from crm_copilot.catalog import fields, tables
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Measure
from training.plan_sql.conditions import Scope, fields_of

# From a row of the first table to at most one row of the second, by the column that both have. A seller has
# one deal or none, and a deal's seller may have sold nothing.
LINKS: Mapping[str, Mapping[str, str]] = {
    "orders": {"customers": "customer_id"},
    "customers": {"orders": "customer_id"},
    "order_items": {"orders": "order_id", "products": "product_id", "sellers": "seller_id", "deals": "seller_id"},
    "sellers": {"deals": "seller_id"},
    "payments": {"orders": "order_id"},
    "reviews": {"orders": "order_id"},
    "leads": {"deals": "mql_id"},
    "deals": {"leads": "mql_id", "sellers": "seller_id"},
    "interactions": {"clients": "client_id"},
    "df": {"customer_df": "user_id", "product_df": "item_id"},
}
CHILDREN = ("order_items", "payments", "reviews")
PURCHASED = "order_purchase_timestamp"
DATED = {
    **dict.fromkeys(("orders", "order_items", "payments", "reviews", "customers"), PURCHASED),
    "leads": "first_contact_date",
    "deals": "won_date",
    "interactions": "interaction_time",
    "clients": "last_meeting_date",
    "df": "timestamp",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is: on the table that `path` leads to, from the row or from a `child` of its order."""

    field: str
    path: tuple[str, ...]
    child: str | None = None


@cache
def paths(table: str) -> Mapping[str, tuple[str, ...]]:
    """Return every table that a row of `table` belongs to, nearest first, with the tables on the way to it."""
    found: dict[str, tuple[str, ...]] = {table: ()}
    front = [table]
    while front:
        here = front.pop(0)
        for there in LINKS.get(here, {}):
            if there not in found:
                found[there] = (*found[here], there)
                front.append(there)
    return found


def is_column(name: str) -> bool:
    """Whether a field is a plain column."""
    return name not in fields() or fields()[name].sql is None


@cache
def _looked_up(table: str, name: str) -> tuple[str, ...] | None:
    """Return the path from a row to a field; a plain column is the same on any table, so the nearest does."""
    if is_column(name):
        return next((path for at, path in paths(table).items() if name in tables()[at].columns), None)
    path = paths(table).get(fields()[name].table)
    if not path:
        return path
    before = (table, *path)[-2]
    return path[:-1] if _is_said_of(LINKS[before][path[-1]], name) else path


def _is_said_of(column: str, name: str) -> bool:
    """Whether a field is said of an id alone, so that the row it names need not be there: a seller with a deal."""
    return str(fields()[name].sql).startswith((f"{column} in (", f"{column} not in ("))


def place(table: str, name: str) -> Place | None:
    """Return where a row finds a field: by lookups if they lead there, else on a child of its order."""
    path = _looked_up(table, name)
    if path is not None:
        return Place(name, path)
    if _looked_up(table, "order_id") is None:
        return None
    for child in CHILDREN:
        path = _looked_up(child, name) if child != table else None
        if path is not None:
            return Place(name, path, child)
    return None


def is_time(key: By) -> bool:
    """Whether a key is a stretch of time."""
    return key.field in ("time", "period")


def base_of(measure: Measure, keys: Sequence[By], scope: Scope) -> str:
    """Return the table whose rows a measure is computed from: of those that come to all that is named the nearest.

    A share is one of rows of which the least had to be asked of other rows, so that "orders of one city" are a share
    of the orders that have items. Raises Unreachable when there is no such table.
    """
    names = [key.field for key in keys if not is_time(key)]
    tests = (*scope.tests, *scope.parts, *measure.where, *measure.part)
    alone = [test for test in tests if len(fields_of(test)) == 1]
    names += [test.field for test in alone]
    either = [name for test in tests if test not in alone for name in fields_of(test)]
    dated = bool(scope.periods) or any(map(is_time, keys))
    own = "" if measure.field == "*" else measure.field
    tied = [
        table
        for table in (measure.table, *measure.via)
        if serves(table, names, own, bridges=True)
        and serves(table, either, bridges=True)
        and (not dated or has_date(table, scope.time))
    ]
    if tied:
        return min(tied, key=lambda table: _behind(table, names))
    raise Unreachable(f"{measure.name} cannot be had by {', '.join(names) or 'time'}")


def _behind(table: str, names: Iterable[str]) -> int:
    """Return how many fields lie on children of the order of a table's rows."""
    return sum(found.child is not None for name in dict.fromkeys(names) if (found := place(table, name)))


def serves(table: str, names: Iterable[str], own: str = "", *, bridges: bool) -> bool:
    """Whether the rows of `table` come to all these fields, and to `own` by lookups."""
    places = [place(table, name) for name in names]
    near = place(table, own) if own else Place("*", ())
    return bool(near and near.child is None) and all(p and (bridges or p.child is None) for p in places)


def has_date(table: str, time: str | None) -> bool:
    """Whether the rows of `table` carry a date."""
    column = time or DATED.get(table)
    return column is not None and _looked_up(table, column) is not None
