"""Conditions on groups: those that limit the rows, and those that limit the result."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.plan import EACH, By, Having, Plan
from training.plan_sql.conditions import Among, Scope
from training.plan_sql.labels import literal, quoted
from training.plan_sql.measures import aggregated, listed, measured_by, names_of


def scope_of(plan: Plan) -> Scope:
    """Return what limits the rows: conditions, periods, and groups whose key the result does not show."""
    hidden = (_among(h, plan) for h in _hidden(plan))
    parts = (_among(h, plan) for h in plan.having if h.part)
    return Scope((*plan.where, *hidden), plan.periods, plan.time, tuple(parts))


def _hidden(plan: Plan) -> list[Having]:
    """Return the conditions on groups that are no rows of the result."""
    return [having for having in plan.having if not having.part and not is_shown(having, plan)]


def _among(having: Having, plan: Plan) -> Among:
    return Among(having.key, keys_having(having, plan), having.without)


def is_shown(having: Having, plan: Plan) -> bool:
    """Whether the groups that are limited are rows of the result."""
    if having.key == EACH:
        return True
    return not having.part and any(key.field == having.key and not key.bins for key in plan.by)


def keys_having(having: Having, plan: Plan, value: str | None = None) -> str:
    """Return the query of the keys that meet a condition on their group, and of what they were measured by."""
    further = f", {quoted(having.measure.column)} as {value}" if value else ""
    keys = keys_of(having, plan)
    measured = f"({measured_by(having.measure, keys, _group_scope(having, plan))})"
    return f"select {listed(names_of(keys))}{further} from {measured} where {_compared(having, plan, measured)}"


def keys_of(having: Having, plan: Plan) -> Sequence[By]:
    """Return the keys of the groups that are limited: of a field, or of the rows of the result."""
    return plan.by if having.key == EACH else (By(having.key),)


def _group_scope(having: Having, plan: Plan) -> Scope:
    """Return what limits the groups' own measure; rows of the result lie under its hidden conditions too."""
    hidden = [_among(h, plan) for h in _hidden(plan)] if having.key == EACH else []
    periods = (having.period,) if having.period else plan.periods
    return Scope((*plan.where, *hidden), periods, plan.time)


def _compared(having: Having, plan: Plan, measured: str) -> str:
    column, value = quoted(having.measure.column), having.value
    if value == "overall":
        return f"{column} {having.op} ({measured_by(having.measure, (), _group_scope(having, plan))})"
    if isinstance(value, str):
        return f"{column} {having.op} (select {aggregated(value, column)} from {measured})"
    if isinstance(value, tuple):
        return f"{column} between {literal(value[0])} and {literal(value[1])}"
    if having.op in ("top", "bottom"):
        names, direction = listed(names_of(keys_of(having, plan))), "desc" if having.op == "top" else "asc"
        ranked = f"select {names} from {measured} order by {column} {direction} nulls last, {names}"
        return f"({names}) in ({ranked} limit {literal(value)})"
    sign = {"==": "=", "!=": "<>", "is": "=", "is not": "<>"}.get(having.op, having.op)
    return f"{column} {sign} {literal(having.value)}"
