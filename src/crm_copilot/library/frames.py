"""Write the lines that build one frame: rows of a table, looked-up columns, filters, computed columns.

A `Script` collects the lines of one function and what it needs from outside (tables, own parameters,
constants); a `FrameSpec` says which rows and columns are wanted; `write_frame` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_copilot.catalog import fields, tables
from crm_copilot.domain import Period
from crm_copilot.library import joins
from crm_copilot.library.grains import GRAINS, REGIONS, bands
from crm_copilot.library.plan import By, Condition

_FRAME_NAMES = {
    "order_items": "items", "orders": "rows", "payments": "paid", "reviews": "rated", "customers": "people",
    "products": "goods", "sellers": "shops", "leads": "prospects", "deals": "won", "df": "scored",
    "clients": "accounts", "interactions": "contacts",
}  # fmt: skip


@dataclass
class Script:
    """The function under construction."""

    lines: list[str] = field(default_factory=list)
    needs: dict[str, None] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    imports: dict[str, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def add(self, line: str) -> None:
        """Append a line to the function's body."""
        self.lines.append(line)

    def table(self, name: str) -> str:
        """Ask for a table as a parameter and return its name."""
        self.needs[name] = None
        return name

    def param(self, name: str, value: Any) -> str:
        """Make `value` a parameter with a default; equal values under one name share it."""
        taken = name in tables() and name not in self.params
        candidate, number = (f"{name}_value" if taken else name), 2
        while candidate in self.params and self.params[candidate] != value:
            candidate, number = f"{name}_{number}", number + 1
        self.params[candidate] = value
        return candidate

    def fresh(self, name: str) -> str:
        """Return a variable name that no line uses yet."""
        candidate, number = name, 2
        while candidate in self.used or candidate in tables() or candidate in self.params:
            candidate, number = f"{name}_{number}", number + 1
        self.used.add(candidate)
        return candidate


@dataclass(frozen=True, slots=True)
class FrameSpec:
    """Which rows of `base` are wanted, and which fields must stand in them as columns."""

    base: str
    by: tuple[By, ...] = ()
    values: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    periods: tuple[Period, ...] = ()
    time: str | None = None


def write_frame(script: Script, spec: FrameSpec) -> str:
    """Write the frame and return the name of its variable.

    Raises `joins.Unreachable` when a field cannot be brought to these rows.
    """
    direct, bridged = _split(spec)
    if bridged and "order_id" not in tables()[spec.base].columns:
        direct.append("order_id")
    name = _start(script, spec, direct)
    name = _filter(script, spec, name, direct)
    name = _bridge(script, spec, name, bridged)
    for key in spec.by:
        if key.field not in bridged:
            name = _key_column(script, spec, name, key)
    for value in spec.values:
        name = _value_column(script, name, value)
    return name


def mask(script: Script, spec: FrameSpec, name: str, conditions: Sequence[Condition]) -> str:
    """Return the expression that is true for the rows of frame `name` that satisfy all `conditions`."""
    parts = [_direct_mask(script, name, c) for c in conditions if joins.reaches(spec.base, c.field) == "lookup"]
    other = [c for c in conditions if joins.reaches(spec.base, c.field) != "lookup"]
    parts += [child_mask(script, spec, name, child, group) for child, group in _by_child(spec.base, other).items()]
    return " & ".join(parts) if len(parts) > 1 else parts[0]


def child_mask(
    script: Script,
    spec: FrameSpec,
    name: str,
    child: str,
    conditions: Sequence[Condition] = (),
    among: tuple[str, str] | None = None,
) -> str:
    """Return what is true for the rows of `name` with a child that meets `conditions` and those of the frame.

    A row that stands once for each key of its children is held to the children that have this key. `among`
    is a field of the child, and the expression of the values it must be among.
    """
    keys = tuple(key for key in spec.by if _bridge_of(spec, key.field) == child)
    where = tuple(c for c in spec.where if _bridge_of(spec, c.field) == child)
    found = write_frame(script, FrameSpec(child, keys, (among[0],) if among else (), (*where, *conditions)))
    if among:
        target = script.fresh("chosen")
        script.add(f'{target} = {found}[{found}["{among[0]}"].isin({among[1]})]')
        found = target
    if not keys:
        return f'{name}["order_id"].isin({found}["order_id"])'
    script.imports["import pandas as pd"] = None
    columns = _list(["order_id", *(key.name for key in keys)])
    return f"pd.MultiIndex.from_frame({name}[{columns}]).isin(pd.MultiIndex.from_frame({found}[{columns}]))"


def _bridge_of(spec: FrameSpec, name: str) -> str | None:
    return joins.bridge(spec.base, name) if joins.reaches(spec.base, name, spec.time) == "bridge" else None


# ---------------------------------------------------------------------------------------------- parts of a frame


def _split(spec: FrameSpec) -> tuple[list[str], dict[str, str]]:
    """Sort the wanted fields into those found by lookup and those behind a bridge (field -> child table)."""
    direct: list[str] = []
    bridged: dict[str, str] = {}
    wanted = [key.field for key in spec.by] + list(spec.values) + [c.field for c in spec.where]
    if spec.periods:
        wanted.append("time")
    for name in dict.fromkeys(wanted):
        how = joins.reaches(spec.base, name, spec.time)
        if how == "lookup":
            direct.append(name)
        elif how == "bridge":
            bridged[name] = joins.bridge(spec.base, name) or ""
        else:
            raise joins.Unreachable(f"{tables()[spec.base].row}s are not tied to {_label(name)} in these data")
    return direct, bridged


def _label(name: str) -> str:
    return fields()[name].label["en"] if name in fields() else name


def _start(script: Script, spec: FrameSpec, direct: Sequence[str]) -> str:
    """Begin with the table itself, its looked-up columns merged in."""
    columns = [c for name in direct for c in joins.needed(name, spec.base, spec.time)]
    steps: dict[joins.Lookup, list[str]] = {}
    for column in dict.fromkeys(columns):
        trail = joins.path(spec.base, column) or ()
        for step in trail:
            steps.setdefault(step, [])
        if trail and column not in steps[trail[-1]]:
            steps[trail[-1]].append(column)
    for step in list(steps):
        for later in steps:
            carries = later is not step and (later.table, later.key) in _next(step.table)
            if carries and later.key != step.key and later.key not in steps[step]:
                steps[step].append(later.key)
    base = script.table(spec.base)
    if not steps:
        return base
    name = script.fresh(_FRAME_NAMES[spec.base])
    merges = [_merge(script, step, wanted) for step, wanted in steps.items()]
    if len(merges) == 1:
        script.add(f"{name} = {base}{merges[0]}")
        return name
    script.add(f"{name} = (")
    for line in (base, *merges):
        script.add(f"    {line}")
    script.add(")")
    return name


def _next(table: str) -> list[tuple[str, str]]:
    return [(step.table, step.key) for step in joins.lookups(table)]


def _merge(script: Script, step: joins.Lookup, wanted: Sequence[str]) -> str:
    table = script.table(step.table)
    picked = [step.key, *(c for c in wanted if c != step.key)]
    how = f', how="{step.how}"' if step.how != "inner" else ""
    return f'.merge({table}[{_list(picked)}], on="{step.key}"{how})'


def _filter(script: Script, spec: FrameSpec, name: str, direct: Sequence[str]) -> str:
    masks = []
    split_by_period = any(key.field == "period" for key in spec.by)
    if spec.periods and not split_by_period:
        masks.append(_period_mask(script, spec, name))
    simple = [c for c in spec.where if c.field in direct]
    masks += [_direct_mask(script, name, c) for c in simple]
    if masks:
        target = name if name in script.used else script.fresh(_FRAME_NAMES[spec.base])
        script.add(f"{target} = {name}[{' & '.join(_wrap(m) for m in masks) if len(masks) > 1 else masks[0]}]")
        name = target
    grouped = [key.field for key in spec.by if joins.reaches(spec.base, key.field, spec.time) == "bridge"]
    rest = [c for c in spec.where if c.field not in direct]
    children = {joins.bridge(spec.base, g) for g in grouped}
    for child, conditions in _by_child(spec.base, rest).items():
        if child in children:
            continue
        target = name if name in script.used else script.fresh(_FRAME_NAMES[spec.base])
        script.add(f"{target} = {name}[{_semi_mask(script, spec, name, child, conditions)}]")
        name = target
    return name


def _moment(script: Script, spec: FrameSpec, name: str) -> str:
    """Return the expression of the moment that dates the rows."""
    if spec.time in fields():
        return expression_of(script, spec.time or "", name)
    return f'{name}["{joins.needed("time", spec.base, spec.time)[0]}"]'


def _by_child(base: str, conditions: Sequence[Condition]) -> dict[str, list[Condition]]:
    found: dict[str, list[Condition]] = {}
    for condition in conditions:
        child = joins.bridge(base, condition.field)
        if child is None:
            raise joins.Unreachable(f"{tables()[base].row}s are not tied to {_label(condition.field)} in these data")
        found.setdefault(child, []).append(condition)
    return found


def _period_mask(script: Script, spec: FrameSpec, name: str) -> str:
    column = _moment(script, spec, name)
    spans = []
    for number, period in enumerate(spec.periods, 1):
        suffix = "" if len(spec.periods) == 1 else f"_{number}"
        start = script.param(f"start{suffix}", period.start.isoformat())
        end = script.param(f"end{suffix}", period.end.isoformat())
        spans.append(f"({column} >= {start}) & ({column} < {end})")
    return spans[0] if len(spans) == 1 else "((" + ") | (".join(spans) + "))"


def _semi_mask(script: Script, spec: FrameSpec, name: str, child: str, conditions: Sequence[Condition]) -> str:
    found = write_frame(script, FrameSpec(child, where=tuple(conditions)))
    return f'{name}["order_id"].isin({found}["order_id"])'


def _bridge(script: Script, spec: FrameSpec, name: str, bridged: dict[str, str]) -> str:
    """Merge in the distinct pairs of order and bridged key, each pair once."""
    keys = [key for key in spec.by if key.field in bridged]
    for child in dict.fromkeys(bridged[key.field] for key in keys):
        mine = tuple(key for key in keys if bridged[key.field] == child)
        where = tuple(c for c in spec.where if bridged.get(c.field) == child)
        found = write_frame(script, FrameSpec(child, by=mine, where=where))
        pairs = script.fresh("pairs")
        script.add(f"{pairs} = {found}[{_list(['order_id', *(k.name for k in mine)])}].drop_duplicates()")
        target = name if name in script.used else script.fresh(_FRAME_NAMES[spec.base])
        script.add(f'{target} = {name}.merge({pairs}, on="order_id")')
        name = target
    return name


def _key_column(script: Script, spec: FrameSpec, name: str, key: By) -> str:
    if key.field == "period":
        return _period_column(script, spec, name)
    if key.field == "time":
        column = _moment(script, spec, name)
        expression = GRAINS[key.grain or "month"].format(t=column)
        if "pd." in expression:
            script.imports["import pandas as pd"] = None
        return _assign(script, name, key.name, expression)
    column_name = name
    if fields()[key.field].pandas is not None:
        column_name = _assign(script, name, key.field, expression_of(script, key.field, name))
    if key.bins:
        edges, labels = bands(key.bins, key.closed)
        script.imports["import pandas as pd"] = None
        known = column_name if column_name in script.used else script.fresh(_FRAME_NAMES.get(column_name, "rows"))
        script.add(f'{known} = {column_name}[{column_name}["{key.field}"].notna()]')
        cut = f'pd.cut({known}["{key.field}"], {edges}, right={key.closed == "right"}, labels={labels}).astype(str)'
        return _assign(script, known, key.name, cut)
    if key.only:
        chosen = script.param(f"{key.field}_values", list(key.only))
        column = f'{column_name}["{key.field}"]'
        kept = f"{column}.isin({chosen}) | {column}.isna()"
        return _assign(script, column_name, key.field, f'{column}.where({kept}, "other")')
    return column_name


def _period_column(script: Script, spec: FrameSpec, name: str) -> str:
    """Stack the rows of each period under its label, so that periods may overlap."""
    script.imports["import pandas as pd"] = None
    column = _moment(script, spec, name)
    target = script.fresh("compared")
    script.add(f"{target} = pd.concat([")
    for period in spec.periods:
        span = f'({column} >= "{period.start}") & ({column} < "{period.end}")'
        script.add(f"    {name}[{span}].assign(period={period.label!r}),")
    script.add("])")
    return target


def _value_column(script: Script, name: str, value: str) -> str:
    if value == "*" or value not in fields() or fields()[value].pandas is None:
        return name
    return _assign(script, name, value, expression_of(script, value, name))


def _assign(script: Script, name: str, column: str, expression: str) -> str:
    """Add a column; the tables themselves are never written to."""
    line = f'{name}["{column}"] = {expression}'
    if line in script.lines:
        return name
    if name in script.used:
        script.add(line)
        return name
    target = script.fresh(_FRAME_NAMES.get(name, "rows"))
    script.add(f"{target} = {name}.assign({column}={expression})")
    return target


def expression_of(script: Script, field_name: str, name: str) -> str:
    """Return the pandas expression of a field over frame `name`, asking for the tables that it names."""
    pandas = fields()[field_name].pandas
    if pandas is None:
        return f'{name}["{field_name}"]'
    for table in tables():
        if re.search(rf"(?<![@\w.'\"]){table}(?=[\[.,)])", pandas):
            script.table(table)
    if "pd." in pandas:
        script.imports["import pandas as pd"] = None
    if "REGIONS" in pandas:
        script.constants["REGIONS"] = REGIONS
    return re.sub(r"@(\w+)", rf'{name}["\1"]', pandas)


def _direct_mask(script: Script, name: str, condition: Condition) -> str:
    known = fields().get(condition.field)
    if known is not None and known.kind == "predicate":
        expression = expression_of(script, condition.field, name)
        wanted = (condition.op in ("is", "==")) == bool(condition.value)
        return _wrap(expression) if wanted else f"~({expression})"
    column = expression_of(script, condition.field, name) if known else f'{name}["{condition.field}"]'
    return _comparison(script, column, condition)


def _comparison(script: Script, column: str, condition: Condition) -> str:
    value = condition.value
    if " " in column and not _closed(column):
        column = f"({column})"
    if condition.op == "missing":
        return f"{column}.isna()"
    if condition.op == "between":
        return f"{column}.between({value[0]!r}, {value[1]!r})"
    if condition.op in ("in", "not in"):
        sign = "~" if condition.op == "not in" else ""
        return f"{sign}{column}.isin({script.param(condition.field + '_values', list(value))})"
    if condition.op == "contains":
        return f"{column}.str.lower().str.contains({value.lower()!r}, regex=False, na=False)"
    return f"({column} {condition.op} {script.param(condition.field, value)})"


def _wrap(expression: str) -> str:
    closed = _closed(expression.removeprefix("~"))
    plain = not re.search(r" [&|<>=!]", expression)
    return expression if closed or plain else f"({expression})"


def _closed(expression: str) -> bool:
    """Whether one pair of parentheses holds the whole expression."""
    depth = 0
    for place, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return expression[0] == "(" and place == len(expression) - 1
    return False


def _list(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in dict.fromkeys(names)) + "]"
