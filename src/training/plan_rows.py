"""The rows a plan is computed from, as SQL: which table, what is joined to it, which rows remain.

This is written from the meaning of plans and shares nothing with `crm_copilot.library`'s renderer but the
catalog's `sql` entries, so that each can find the mistakes of the other. For the same reason the ties
between the tables are stated here once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Any

from crm_copilot.catalog import fields, tables
from crm_copilot.domain import Period
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Condition, Grain, Measure

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
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYPARTS = ("dawn", "morning", "afternoon", "night")
# Labels that come round again, in the order in which they follow each other.
CYCLES: Mapping[str, tuple[str, ...]] = {"weekday": WEEKDAYS, "month of year": MONTHS, "daypart": DAYPARTS}
CYCLIC: frozenset[str | None] = frozenset({"weekday", "month of year", "daypart", "hour", "day of month"})
REGIONS = {
    "Southeast": ("ES", "MG", "RJ", "SP"),
    "South": ("PR", "RS", "SC"),
    "Northeast": ("AL", "BA", "CE", "MA", "PB", "PE", "PI", "RN", "SE"),
    "North": ("AC", "AM", "AP", "PA", "RO", "RR", "TO"),
    "Central-West": ("DF", "GO", "MS", "MT"),
}


@dataclass(frozen=True, slots=True)
class Among:
    """Rows to keep: those whose `field` is one of the values that a query returns, or is none of them."""

    field: str
    query: str
    without: bool = False


Test = Condition | Among


def fields_of(test: Test) -> list[str]:
    """Return the fields that a test reads: several where one of several conditions is enough."""
    return [test.field] if isinstance(test, Among) else [one.field for one in test.each]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is: on the table that `path` leads to, from the row or from a `child` of its order."""

    field: str
    path: tuple[str, ...]
    child: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What limits all measures of a plan alike; `parts` turn them into the percentage that satisfies these too.

    `time` is the column or moment that dates the rows when it is not the usual one.
    """

    tests: tuple[Test, ...] = ()
    periods: tuple[Period, ...] = ()
    time: str | None = None
    parts: tuple[Test, ...] = ()


# ---------------------------------------------------------------------------------------------------- text


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """Return a value as an SQL literal."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return f"timestamp '{value.isoformat(' ') if isinstance(value, datetime) else value.isoformat()}'"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def regions() -> str:
    """Return the table of states and regions that the catalog's `sql` entries read."""
    pairs = (f"({literal(state)}, {literal(region)})" for region, states in REGIONS.items() for state in states)
    return f"regions(state, region) as (values {', '.join(pairs)})"


def label(moment: str, grain: Grain | None) -> str:
    """Return the expression that names the stretch of time a moment lies in."""
    parts = {
        "day": f"strftime({moment}, '%Y-%m-%d')",
        "week": f"strftime(date_trunc('week', {moment}), '%Y-%m-%d')",
        "month": f"strftime({moment}, '%Y-%m')",
        "quarter": f"year({moment}) || '-Q' || quarter({moment})",
        "semester": f"year({moment}) || '-S' || if(month({moment}) <= 6, 1, 2)",
        "year": f"year({moment})",
        "weekday": f"dayname({moment})",
        "hour": f"hour({moment})",
        "month of year": f"monthname({moment})",
        "day of month": f"day({moment})",
        "daypart": (
            f"case when hour({moment}) < 6 then 'dawn' when hour({moment}) < 12 then 'morning' "
            f"when hour({moment}) < 18 then 'afternoon' when hour({moment}) < 24 then 'night' end"
        ),
    }
    if grain is None:
        raise Unreachable("a time key needs a grain")
    return parts[grain]


def band(value: str, key: By) -> str:
    """Return the expression that names the half-open band a number lies in; null stays null."""
    shown = [f"{edge:g}" for edge in key.bins]
    first, last, below = ("under {}", "{} or more", "<") if key.closed == "left" else ("up to {}", "over {}", "<=")
    names = [first.format(shown[0]), *(f"{low} to {high}" for low, high in pairwise(shown))]
    cases = " ".join(f"when {value} {below} {edge} then '{name}'" for edge, name in zip(shown, names, strict=True))
    return f"case when {value} is null then null {cases} else '{last.format(shown[-1])}' end"


def only(value: str, key: By) -> str:
    """Return the expression of a key whose values but a few are put together; null stays null."""
    chosen = ", ".join(map(literal, key.only))
    return f"case when {value} is null then null when {value} in ({chosen}) then {value}::varchar else 'other' end"


def within(moment: str, periods: Iterable[Period]) -> str:
    """Return the condition that a moment lies in one of the periods."""
    spans = (f"({moment} >= {literal(p.start)} and {moment} < {literal(p.end)})" for p in periods)
    return f"({' or '.join(spans)})"


def holds(value: str, test: Test) -> str:
    """Return the condition that a value passes a test; it is never null, for what is unknown is not so.

    The negative ones are true of what is unknown: all but the boletos are also those of no known type.
    """
    if isinstance(test, Among):
        among = "not in" if test.without else "in"
        return f"coalesce({value} {among} (select * from ({test.query})), false)"
    if test.op in ("is", "is not"):
        return f"coalesce({value}, false)" if (test.op == "is") == bool(test.value) else f"not coalesce({value}, false)"
    if test.op == "missing":
        return f"{value} is null" if test.value else f"{value} is not null"
    if test.op in ("!=", "not in"):
        return f"not {_positive(value, 'in' if test.op == 'not in' else '==', test.value)}"
    return _positive(value, test.op, test.value)


def _positive(value: str, op: str, wanted: Any) -> str:
    if op == "in":
        found = f"{value} in ({', '.join(map(literal, wanted))})" if wanted else "false"
    elif op == "between":
        found = f"{value} between {literal(wanted[0])} and {literal(wanted[1])}"
    elif op == "contains":
        found = f"contains(lower({value}), lower({literal(wanted)}))"
    else:
        found = f"{value} {'=' if op == '==' else op} {literal(wanted)}"
    return f"coalesce({found}, false)"


# --------------------------------------------------------------------------------------------------- places


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


# ----------------------------------------------------------------------------------------------------- rows


@dataclass(slots=True)
class _View:
    """A table in the FROM clause: the fields computed on it, and how it is tied to what stands before."""

    table: str
    computed: list[str] = default(default_factory=list)
    on: str = ""
    inner: bool = False

    def text(self) -> str:
        found = [f"{self.table}.*", "row_number() over () as row_"]
        found += [f"({fields()[name].sql}) as {quoted(f'field_{name}')}" for name in self.computed]
        return f"(select {', '.join(found)} from {self.table})"


class Rows:
    """The rows of one table under a scope, with what they are grouped by and tested for.

    Bridges come out right because of one rule: after the joins a row stands once for each different
    combination of its keys, whatever number of children led there.
    """

    def __init__(self, table: str, scope: Scope) -> None:
        self.table, self.scope = table, scope
        self._views: dict[str, _View] = {"here": _View(table)}
        self._columns: dict[str, str] = {}
        self._keys: list[str] = []
        self._where: list[str] = []
        self._part: list[str] = []
        self._joined = ""
        for test in scope.tests:
            self.keep(test)
        if scope.periods:
            self._where.append(within(self.moment(), scope.periods))

    def value(self, name: str) -> str:
        """Return the expression of a field, joining what it takes; a predicate of what is unknown is false."""
        found = place(self.table, name)
        if found is None:
            raise Unreachable(f"{self.table} do not come to {name}")
        return self._at(found)

    def moment(self) -> str:
        """Return the expression of the moment that dates a row."""
        column = self.scope.time or DATED.get(self.table)
        if column is None or _looked_up(self.table, column) is None:
            raise Unreachable(f"{self.table} carry no date")
        return f"cast({self.value(column)} as timestamp)"

    def keep(self, test: Test) -> None:
        """Keep the rows that pass a test, or one of whose order's children passes all tests of its kind."""
        if isinstance(test, Condition) and test.others:
            self._where.append(f"({' or '.join(self._passes(one) for one in test.each)})")
            return
        self._require(test.field)
        self._where.append(holds(self.value(test.field), test))

    def mark(self, test: Test) -> None:
        """Add a test to those that make up the column `part`."""
        several = isinstance(test, Condition) and test.others
        each: Sequence[Test] = test.each if isinstance(test, Condition) and several else (test,)
        self._part.append(f"({' or '.join(map(self._passes, each))})")

    def _passes(self, test: Test) -> str:
        """Return the condition that a row, or a child of its order that there is, passes one test."""
        found = place(self.table, test.field)
        value = self.value(test.field)
        there = f"child_{found.child}.row_ is not null and " if found and found.child else ""
        return f"({there}{holds(value, test)})"

    def group(self, key: By) -> None:
        """Add a key; rows without it are left out."""
        name = quoted(key.name)
        if key.field == "period":
            self._joined = f" join {_spans(self.scope.periods)} on {within_span(self.moment())}"
            found = "spans.label"
        elif key.field == "time":
            found = label(self.moment(), key.grain)
        else:
            self._require(key.field)
            found = self._named(key)
        self._keys.append(name)
        self._columns[name] = found
        self._where.append(f"{found} is not null")

    def _named(self, key: By) -> str:
        value = self.value(key.field)
        if key.bins:
            return band(value, key)
        return only(value, key) if key.only else value

    def add(self, name: str, expression: str) -> None:
        """Add a column."""
        self._columns[quoted(name)] = expression

    def pair(self, name: str, field: str) -> None:
        """Add a quantity that need not be the row's own: each row of a child stands for itself."""
        self._require(field)
        self.add(name, self.value(field))
        found = place(self.table, field)
        if found and found.child:
            self.add("other_", f"child_{found.child}.row_")
            self._keys.append(quoted("other_"))

    def text(self) -> str:
        """Return the query: `row_`, the keys and columns that were added, and `part` if anything was marked."""
        shown = {"row_": "here.row_", **self._columns}
        if self._part:
            shown["part"] = " and ".join(self._part)
        where = f" where {' and '.join(self._where)}" if self._where else ""
        if not self._bridged():
            return f"select {_listed(shown)} from {self._from()}{where}"
        grouped = ", ".join(shown[name] for name in ("row_", *self._keys))
        free = {n: e for n, e in shown.items() if n not in ("row_", *self._keys)}
        summed = {n: f"bool_or({e})" if n == "part" else f"any_value({e})" for n, e in free.items()}
        return f"select {_listed(shown | summed)} from {self._from()}{where} group by {grouped}"

    def _bridged(self) -> bool:
        return any(alias.startswith("child_") for alias in self._views)

    def _require(self, name: str) -> None:
        found = place(self.table, name)
        if found and found.child:
            self.value(name)
            self._views[f"child_{found.child}"].inner = True

    def _at(self, found: Place) -> str:
        alias = self._child(found.child) if found.child else "here"
        for table in found.path:
            alias = self._step(alias, table)
        if is_column(found.field):
            return f"{alias}.{quoted(found.field)}"
        computed = self._views[alias].computed
        if found.field not in computed:
            computed.append(found.field)
        column = f"{alias}.{quoted(f'field_{found.field}')}"
        return f"coalesce({column}, false)" if fields()[found.field].kind == "predicate" else column

    def _child(self, table: str) -> str:
        alias = f"child_{table}"
        if alias not in self._views:
            order = self.value("order_id")
            self._views[alias] = _View(table, on=f"{alias}.order_id = {order}")
        return alias

    def _step(self, alias: str, table: str) -> str:
        column = LINKS[self._views[alias].table][table]
        there = f"{alias}_{table}"
        self._views.setdefault(there, _View(table, on=f"{there}.{column} = {alias}.{column}"))
        return there

    def _from(self) -> str:
        joins = (
            f" {'join' if view.inner else 'left join'} {view.text()} as {alias} on {view.on}"
            for alias, view in self._views.items()
            if view.on
        )
        return f"{self._views['here'].text()} as here{''.join(joins)}{self._joined}"


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} as {name}" for name, expression in columns.items())


def _spans(periods: Iterable[Period]) -> str:
    rows = (f"({literal(p.label)}, {literal(p.start)}, {literal(p.end)})" for p in periods)
    return f"(values {', '.join(rows)}) as spans(label, first, last)"


def within_span(moment: str) -> str:
    """Return the condition that a moment lies in a row of the plan's periods."""
    return f"{moment} >= spans.first and {moment} < spans.last"
