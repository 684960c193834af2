"""Conditions on groups: the groups that meet them, and the rows of those groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm_copilot.catalog import fields
from crm_copilot.library import joins
from crm_copilot.library.frames import FrameSpec, child_mask
from crm_copilot.library.plan import EACH, By, Having, Plan
from crm_copilot.library.render.atoms import Atom
from crm_copilot.library.script import Script
from crm_copilot.library.shapes import needs_more

Enough = Callable[[Script, Plan, Having], str]
"""Writes the groups of a key that meet a condition, and returns the name of their table."""


def is_shown(plan: Plan, having: Having) -> bool:
    """Whether the groups that are limited are rows of the result."""
    return not having.part and (having.key == EACH or any(key.field == having.key for key in plan.by))


def spec_of(plan: Plan, atoms: Sequence[Atom]) -> FrameSpec:
    """Return the frame that atoms with the same rows are aggregated from."""
    base, where = atoms[0].base, atoms[0].where
    values = [atom.field for atom in atoms if atom.field != "*"]
    parts = [one.field for atom in atoms for condition in atom.part for one in condition.each]
    values += [column for name in parts if joins.reaches(base, name) == "lookup" for column in _columns(name)]
    hidden = [having.key for having in plan.having if not is_shown(plan, having)]
    keys = [key for key in hidden if joins.reaches(base, key) == "lookup"]
    if len(keys) < len(hidden) or any(joins.reaches(base, name) == "bridge" for name in parts):
        keys.append("order_id")
    periods = () if needs_more(plan) else plan.periods
    return FrameSpec(base, plan.by, tuple(dict.fromkeys([*values, *keys])), where, periods, plan.time)


def _columns(name: str) -> tuple[str, ...]:
    """Return the plain columns that the mask of a condition reads, so that the frame brings them in."""
    return fields()[name].columns if name in fields() else (name,)


def keep_rows(script: Script, plan: Plan, spec: FrameSpec, frame: str, enough: Enough) -> str:
    """Keep the rows whose key satisfies each condition on groups that the result itself does not show."""
    condition = rows_mask(script, plan, spec, frame, enough)
    if not condition:
        return frame
    target = script.fresh("kept")
    script.add(f"{target} = {frame}[{condition}]")
    return target


def rows_mask(script: Script, plan: Plan, spec: FrameSpec, frame: str, enough: Enough) -> str:
    """Return what is true for the rows of groups that meet the conditions, "" where there are none."""
    hidden = [having for having in plan.having if not is_shown(plan, having)]
    return " & ".join(_row_mask(script, spec, frame, having, enough(script, plan, having)) for having in hidden)


def _row_mask(script: Script, spec: FrameSpec, frame: str, having: Having, enough: str) -> str:
    values = f'{enough}["{having.key}"]'
    if having.without:
        return _row_without(script, spec, frame, having, values)
    child = joins.bridge(spec.base, having.key) if joins.reaches(spec.base, having.key) == "bridge" else None
    if child:
        return child_mask(script, spec, frame, child, among=(having.key, values))
    return f'{frame}["{having.key}"].isin({values})'


def _row_without(script: Script, spec: FrameSpec, frame: str, having: Having, values: str) -> str:
    """Return what is true for the rows of the groups that are not among those."""
    if joins.reaches(spec.base, having.key) == "lookup":
        return f'{frame}["{having.key}"].notna() & ~{frame}["{having.key}"].isin({values})'
    child = joins.bridge(spec.base, having.key) or ""
    return child_mask(script, spec, frame, child, among=(having.key, values), without=True)


def measured_alone(plan: Plan, having: Having) -> Plan:
    """Return the plan that measures the groups of a condition by its own measure.

    The rows of the answer itself are measured under its other conditions, the groups of a field without them.
    """
    periods = (having.period,) if having.period else plan.periods
    each = having.key == EACH
    others = tuple(other for other in plan.having if each and not is_shown(plan, other))
    by = plan.by if each else (By(having.key),)
    return Plan((having.measure,), by, plan.where, periods, plan.time, others)


def met(script: Script, table: str, having: Having, bar: str = "") -> str:
    """Return what is true for the groups of a table that meet a condition; `bar` is what they are held against."""
    column = f'{table}["{having.measure.column}"]'
    if bar:
        return f"{column} {having.op} {bar}"
    if isinstance(having.value, tuple):
        low, high = having.value
        return f"{column}.between({script.param('minimum', low)}, {script.param('maximum', high)})"
    if having.op in ("top", "bottom"):
        direction = f"ascending={having.op == 'bottom'}"
        return f'{column}.rank(method="first", {direction}) <= {script.param("among", having.value)}'
    return f"{column} {having.op} {script.param('minimum', having.value)}"
