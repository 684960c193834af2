"""The rows that a plan is computed from: what is joined to a table, which rows remain, what they are grouped by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default

from crm_copilot.catalog import fields
from crm_copilot.domain import Period
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Condition
from training.plan_sql.conditions import Scope, Test, holds, within
from training.plan_sql.labels import band, label, literal, only, quoted
from training.plan_sql.places import DATED, LINKS, Place, _looked_up, is_column, place


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
            return f"select {_shown_as(shown)} from {self._from()}{where}"
        grouped = ", ".join(shown[name] for name in ("row_", *self._keys))
        free = {n: e for n, e in shown.items() if n not in ("row_", *self._keys)}
        summed = {n: f"bool_or({e})" if n == "part" else f"any_value({e})" for n, e in free.items()}
        return f"select {_shown_as(shown | summed)} from {self._from()}{where} group by {grouped}"

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


def _shown_as(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} as {name}" for name, expression in columns.items())


def _spans(periods: Iterable[Period]) -> str:
    rows = (f"({literal(p.label)}, {literal(p.start)}, {literal(p.end)})" for p in periods)
    return f"(values {', '.join(rows)}) as spans(label, first, last)"


def within_span(moment: str) -> str:
    """Return the condition that a moment lies in a row of the plan's periods."""
    return f"{moment} >= spans.first and {moment} < spans.last"
