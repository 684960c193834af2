"""Answers that are rows of a table: what says which they are, what was asked for or limited, what sorts them."""

from __future__ import annotations

from collections.abc import Callable

from crm_copilot.catalog import fields, tables
from crm_copilot.library import joins
from crm_copilot.library.frames import FrameSpec, write_frame
from crm_copilot.library.plan import Plan
from crm_copilot.library.render.groups import keep_rows
from crm_copilot.library.render.pieces import write_enough
from crm_copilot.library.script import Script, names

Hides = Callable[[str, str], bool]  # whether a table's column is not to be listed


def shows_all(table: str, column: str) -> bool:
    """Hide nothing."""
    return False


def write_listing(script: Script, plan: Plan, table: str, hides: Hides = shows_all) -> None:
    """Write the rows of a table that satisfy the conditions."""
    shown = [measure.field for measure in plan.measures if measure.field != "*"]
    hidden = [having.key for having in plan.having if joins.reaches(table, having.key) == "lookup"]
    newest = [] if shown or not plan.order else [joins.needed("time", table, plan.time)[0]]
    spec = FrameSpec(table, plan.by, (*shown, *hidden, *newest), plan.where, plan.periods, plan.time)
    frame = keep_rows(script, plan, spec, write_frame(script, spec), write_enough)
    script.add(f"result = {frame}[{names(_columns(plan, table, shown, hides))}]")
    if ranked := [*shown, *newest]:
        script.add(f'result = result.sort_values("{ranked[0]}", ascending={plan.order == "asc"}, kind="stable")')
    if plan.limit:
        script.add(f"result = result.head({script.param('k', plan.limit)})")
    script.add("return result.reset_index(drop=True)")


def _columns(plan: Plan, table: str, shown: list[str], hides: Hides) -> list[str]:
    """Return the columns to show: all of them where the rows of one thing are looked up."""
    if plan.is_lookup:
        columns = [name for name in tables()[table].columns if not hides(table, name)]
        return [*columns, *(key.name for key in plan.by), *_dates(plan, table)]
    tests = [one.field for condition in plan.where for one in condition.each]
    about = [name for name in tests if joins.reaches(table, name) == "lookup" and _is_column(name)]
    own = tables()[table]
    listed = [name for name in (*own.key, *own.listed) if not hides(table, name)]
    columns = [*listed, *(key.name for key in plan.by), *shown, *about, *_dates(plan, table)]
    return list(dict.fromkeys(columns))


def _dates(plan: Plan, table: str) -> list[str]:
    return [joins.needed("time", table, plan.time)[0]] if plan.periods or (plan.order and not plan.measures) else []


def _is_column(name: str) -> bool:
    return name not in fields() or fields()[name].pandas is None
