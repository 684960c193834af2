"""Growth, change on the year before, and periods side by side."""

from __future__ import annotations

from crm_copilot.domain import Period
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Plan
from training.plan_sql.labels import CYCLIC, literal, quoted
from training.plan_sql.measures import counts, group_by, listed, names_of
from training.plan_sql.places import is_time
from training.plan_sql.stage import Stage, in_order, in_time

# Grains whose label begins with the year, so that the same label of the year before can be named.
YEARLY: frozenset[str | None] = frozenset({"day", "month", "quarter", "semester", "year"})


def growth(plan: Plan, last: Stage) -> Stage:
    """Return the change on the row before in time, and its amount where that is asked for."""
    before = f"lag({last.rank}) over ({in_time(plan)})"
    changes = _changes(plan, last.rank, before)
    text = last.select(*(f"{expression} as {name}" for name, expression in changes.items()))
    return Stage("shaped", text, (*last.columns, *changes), next(iter(changes)))


def _changes(plan: Plan, now: str, before: str) -> dict[str, str]:
    """Return the columns of a change; the first one ranks the rows."""
    percent = {"growth_pct": _percent_change(now, before)}
    return {"increase": f"{now} - {before}", **percent} if plan.absolute else percent


def on_year_before(plan: Plan, last: Stage) -> Stage:
    """Return the change on the row with the same other keys and the label of a year before."""
    timed = [key for key in plan.by if is_time(key)]
    if len(timed) != 1 or timed[0].grain not in YEARLY:
        raise Unreachable("a change on the year before needs one stretch of a year to go along")
    column = quoted(timed[0].name)
    tied = [f"old.{name} = now.{name}" for name in names_of(plan.by) if name != column]
    tied.append(f"old.{column} = {_year_before(f'now.{column}', timed[0])}")
    old = f"old.{last.rank}"
    changes = further = _changes(plan, f"now.{last.rank}", old)
    if timed[0].grain != "year":
        further = {quoted(f"{plan.measures[0].column}_year_before"): old, **further}
    rows = f"{last.name} as now left join {last.name} as old on {' and '.join(tied)}"
    more = [f"{expression} as {name}" for name, expression in further.items()]
    text = f"select {listed((f'now.{name}' for name in last.columns), *more)} from {rows}"
    return Stage("shaped", text, (*last.columns, *further), next(iter(changes)))


def _year_before(column: str, key: By) -> str:
    if key.grain == "year":
        return f"{column} - 1"
    return f"(left({column}, 4)::int - 1)::varchar || substr({column}, 5)"


def between_periods(plan: Plan, last: Stage) -> Stage:
    """Return one column for each period, and the change from the first to the last.

    A group that had nothing in the first period has risen but not by a percentage: among several groups it
    is shown when they are ranked by the increase itself.
    """
    others = [quoted(key.name) for key in plan.by if key.field != "period"]
    ordered = in_order(plan.periods)
    periods = [quoted(period.label) for period in ordered]
    first, final = periods[0], periods[-1]
    values = [_in_period(plan, last, period, alone=not others) for period in ordered]
    wide = f"select {listed(others, *values)} from {last.name}{group_by(others)}"
    change = f"{final} - {first} as increase", f"{_percent_change(final, first)} as growth_pct"
    grown = f" where {first} > 0" if others and not plan.absolute else ""
    text = f"select {listed(others, *periods, *change)} from ({wide}){grown}"
    rank = "increase" if plan.absolute else "growth_pct"
    return Stage("shaped", text, (*others, *periods, "increase", "growth_pct"), rank)


def _in_period(plan: Plan, last: Stage, period: Period, *, alone: bool) -> str:
    found = f"max({last.rank}) filter (where period = {literal(period.label)})"
    if counts(plan.measures[0]) and not alone:
        found = f"coalesce({found}, 0)"
    return f"{found} as {quoted(period.label)}"


def _percent_change(now: str, before: str) -> str:
    """Return a change in percent: nothing can be said of a change from 0."""
    return f"100.0 * ({now} - {before}) / nullif({before}, 0)"


def needs_more(plan: Plan) -> bool:
    """Whether the rows before the periods count: for a change on what came before them."""
    along = [key for key in plan.by if key.field == "time" and key.grain not in CYCLIC]
    changes = plan.transform == "yoy" or (plan.transform == "growth" and len(plan.periods) == 1)
    return bool(plan.periods and changes and along)
