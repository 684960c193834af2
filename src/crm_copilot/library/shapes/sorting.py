"""The order of the rows, and how many of them are kept."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Plan
from crm_copilot.library.script import Script, names


def write_sort(script: Script, plan: Plan, result: str, keys: Sequence[str], shown: Sequence[str]) -> None:
    """Sort a ranking by its number, a series by its time, and one number's groups by themselves."""
    columns, ways = _sorting(plan, keys, _order_column(plan, shown))
    script.add(f"{result} = {result}.sort_values({names(columns)}, ascending={ways})")


def write_limit(script: Script, plan: Plan, result: str) -> None:
    """Keep the head of the table, or of each group."""
    inside = f'.groupby("{plan.within.name}", observed=True)' if plan.within else ""
    write_head(script, plan, result + inside, result)


def write_head(script: Script, plan: Plan, rows: str, result: str) -> None:
    """Keep the first rows, where only so many are wanted."""
    if plan.limit:
        script.add(f"{result} = {rows}.head({script.param('k', plan.limit)})")


def _sorting(plan: Plan, keys: Sequence[str], column: str) -> tuple[list[str], list[bool]]:
    """Return the columns to sort by, and whether each is ascending."""
    ascending = plan.order == "asc"
    timed = [key.name for key in plan.by if key.is_time]
    if plan.within:
        rest = [key for key in keys if key != plan.within.name]
        return [plan.within.name, column, *rest], [True, ascending, *(True for _ in rest)]
    if plan.order or (not timed and not _is_numbered(plan)):
        return [column, *keys], [ascending, *(True for _ in keys)]
    if timed and len(keys) > 1:
        rest = [key for key in keys if key not in timed]
        return [*timed, column, *rest], [*(True for _ in timed), False, *(True for _ in rest)]
    return list(keys), [True for _ in keys]


def _order_column(plan: Plan, shown: Sequence[str]) -> str:
    if plan.transform in ("growth", "yoy"):
        return "increase" if plan.absolute else "growth_pct"
    return plan.measures[0].column if plan.measures else shown[-1]


def _is_numbered(plan: Plan) -> bool:
    """Whether the only key is a number such as a score or a count, which reads best in its own order."""
    key = plan.by[0]
    return len(plan.by) == 1 and not key.bins and key.field in fields() and fields()[key.field].kind == "quantity"
