"""Columns that set a number against a total: shares, running totals, running shares."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.plan import Plan
from crm_copilot.library.script import Script, names


def write_share(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> list[str]:
    """Add the share of the total: of the group, or of the stretch of time, where there is one."""
    total = f'{result}["{column}"].sum()'
    timed = [key.name for key in plan.by if key.is_time]
    if plan.within or (len(keys) > 1 and timed):
        inner = plan.within.name if plan.within else timed[0]
        total = f'{result}.groupby("{inner}", observed=True)["{column}"].transform("sum")'
    script.add(f'{result}["share_pct"] = {result}["{column}"] / {total} * 100')
    return ["share_pct"]


def write_cumulative_share(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> list[str]:
    """Add the share of the total that a row and all above it make up."""
    script.add(f'{result} = {result}.sort_values(["{column}", "{keys[0]}"], ascending=[False, True])')
    script.add(f'{result}["cumulative_pct"] = {result}["{column}"].cumsum() / {result}["{column}"].sum() * 100')
    return ["cumulative_pct"]


def write_cumulative(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> list[str]:
    """Add the running total over time."""
    script.add(f"{result} = {result}.sort_values({names(keys)})")
    others = [key.name for key in plan.by if not key.is_time]
    script.add(f'{result}["cumulative_{column}"] = {series(result, others, column)}.cumsum()')
    return [f"cumulative_{column}"]


def write_rank(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> list[str]:
    """Add the place of each row, the first the highest (or the lowest), and how many places there are."""
    ranks = f'{result}["{column}"].rank(method="min", ascending={plan.order == "asc"})'
    script.add(f'{result}["place"] = {ranks}.astype("Int64")')
    script.add(f'{result}["places"] = len({result})')
    return ["place", "places"]


def series(result: str, others: Sequence[str], column: str) -> str:
    """Return a column, of each group where there are other keys than time."""
    return f'{result}.groupby({names(others)}, observed=True)["{column}"]' if others else f'{result}["{column}"]'
