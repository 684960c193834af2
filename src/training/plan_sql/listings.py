"""Answers that are no aggregation: the correlation of two quantities, and rows of a table."""

from __future__ import annotations

from crm_copilot.catalog import fields, tables
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import Plan
from training.plan_sql.conditions import Scope, fields_of
from training.plan_sql.groups import scope_of
from training.plan_sql.labels import quoted
from training.plan_sql.measures import group_by, listed, names_of
from training.plan_sql.places import CHILDREN, DATED, has_date, is_column, is_time, serves
from training.plan_sql.rows import Rows


def correlation(plan: Plan, first: str, second: str) -> str:
    """Return Pearson's correlation of two quantities on the rows that have both."""
    scope = scope_of(plan)
    rows = Rows(_common(plan, scope, first, second), scope)
    for key in plan.by:
        rows.group(key)
    for name, quantity in (("a", first), ("b", second)):
        rows.pair(name, quantity)
    names = names_of(plan.by)
    return f"select {listed(names, 'corr(a, b) as correlation')} from ({rows.text()}){group_by(names)}"


def _common(plan: Plan, scope: Scope, *quantities: str) -> str:
    """Return the table whose rows have both quantities: that of one of them, else one that comes to both.

    Where only orders tie them together, as price and review score, each pair of an order's rows counts.
    """
    names = [key.field for key in plan.by if not is_time(key)]
    names += [name for test in scope.tests for name in fields_of(test)]
    dated = bool(plan.periods) or any(map(is_time, plan.by))
    homes = [fields()[name].table for name in quantities]
    for own in (False, True):
        for table in dict.fromkeys((*homes, *CHILDREN)):
            tied = serves(table, quantities, bridges=own) and serves(table, names, bridges=True)
            if tied and (not dated or has_date(table, plan.time)):
                return table
    raise Unreachable(f"no rows have both {' and '.join(quantities)}")


def listing(plan: Plan, table: str) -> str:
    """Return rows of a table: its key, the quantities asked for, the columns and the date that limit it."""
    scope = scope_of(plan)
    names, tested = [m.field for m in plan.measures], [name for test in plan.where for name in fields_of(test)]
    near = [name for name in tested if is_column(name) and serves(table, [name], bridges=False)]
    dated = plan.periods or (plan.order and not names)
    dates = [plan.time or DATED.get(table, "date")] if dated else []
    keys = [key.field for key in plan.by]
    one = tables()[table]
    own = one.columns if plan.is_lookup else (*one.key, *one.listed)
    shown = list(dict.fromkeys((*own, *keys, *names, *near, *dates)))
    if not serves(table, shown, bridges=False):
        raise Unreachable(f"{table} do not come to {', '.join(shown)}")
    rows = Rows(table, scope)
    for name in shown:
        rows.add(name, rows.value(name))
    ranked = [*names, *(dates if plan.order else [])]
    order = f" order by {quoted(ranked[0])} {plan.order or 'desc'} nulls last" if ranked else ""
    limit = f" limit {plan.limit}" if plan.limit else ""
    return f"select {', '.join(map(quoted, shown))} from ({rows.text()}){order}{limit}"
