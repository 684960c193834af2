"""Columns that say how a number changed over time: against the row before, or the year before."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.grains import GRAINS
from crm_copilot.library.plan import By, Plan
from crm_copilot.library.script import Script, names
from crm_copilot.library.shapes.totals import series

NO_GROWTH = '.replace([float("inf"), float("-inf")], float("nan"))'
"""Nothing can be said of a growth from 0."""

# Grains whose labels begin with the year, so that the one of the year before has a name.
_LABELLED = {"day", "month", "quarter", "semester"}
_CYCLES = {"weekday", "hour", "month of year", "daypart", "day of month"}


def needs_more(plan: Plan) -> bool:
    """Whether rows outside the periods count: for the change on the stretch of time before them.

    Several periods are compared with each other, except year on year.
    """
    along = any(key.field == "time" and key.grain not in _CYCLES for key in plan.by)
    changes = plan.transform == "yoy" or (plan.transform == "growth" and len(plan.periods) == 1)
    return bool(plan.periods) and along and changes


def write_growth(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> list[str]:
    """Add the change against the row before (the same month of the year before for `yoy`), in percent."""
    time = next((key for key in plan.by if key.field in ("time", "period")), plan.by[0])
    others = [key for key in keys if key != time.name]
    script.add(f"{result} = {result}.sort_values({names([*others, time.name])})")
    added = _write_change(script, plan, result, time, others, column)
    if plan.absolute:
        script.add(f'{result}["increase"] = {_increase(plan, result, time, others, column)}')
        added.insert(-1, "increase")
    if needs_more(plan):
        _cut_period(script, plan, result, time)
    return added


def _increase(plan: Plan, result: str, time: By, others: Sequence[str], column: str) -> str:
    """Return the change as an amount, against the same row as the change in percent."""
    if plan.transform == "yoy" and time.grain in _LABELLED:
        return f'{result}["{column}"] - {result}["{column}_year_before"]'
    amount = f"{series(result, others, column)}.diff()"
    return f"{amount}.where(gap == 1)" if plan.transform == "yoy" and time.grain == "year" else amount


def _write_change(
    script: Script, plan: Plan, result: str, time: By, others: Sequence[str], column: str
) -> list[str]:  # fmt: skip
    values = series(result, others, column)
    if plan.transform == "yoy" and time.grain == "year":
        script.add(f"gap = {series(result, others, 'year')}.diff()")
        script.add(f'{result}["growth_pct"] = ({values}.pct_change() * 100).where(gap == 1){NO_GROWTH}')
        return ["growth_pct"]
    if plan.transform == "yoy" and time.grain in _LABELLED:
        _write_year_before(script, result, time, others, column)
        base = f'{result}["{column}_year_before"]'
        script.add(f'{result}["growth_pct"] = (({result}["{column}"] / {base} - 1) * 100){NO_GROWTH}')
        return [f"{column}_year_before", "growth_pct"]
    script.add(f'{result}["growth_pct"] = ({values}.pct_change() * 100){NO_GROWTH}')
    return ["growth_pct"]


def _write_year_before(script: Script, result: str, time: By, others: Sequence[str], column: str) -> None:
    """Look each row up one year earlier by its label: rows may be missing, so counting rows back would err."""
    label = f'earlier["{time.name}"]'
    script.add(f"earlier = {result}.copy()")
    script.add(f"{label} = ({label}.str[:4].astype(int) + 1).astype(str) + {label}.str[4:]")
    script.add(f'earlier = earlier.rename(columns={{"{column}": "{column}_year_before"}})')
    on = names([*others, time.name])
    picked = names([*others, time.name, f"{column}_year_before"])
    script.add(f'{result} = {result}.merge(earlier[{picked}], on={on}, how="left")')


def _cut_period(script: Script, plan: Plan, result: str, time: By) -> None:
    """Keep the labels with a day in the periods only now, since the first growth needs the row before it."""
    script.needs_pandas()
    spans = [f'pd.Series(pd.date_range("{p.start}", "{p.end}", inclusive="left"))' for p in plan.periods]
    script.add(f"days = {spans[0]}" if len(spans) == 1 else f"days = pd.concat([{', '.join(spans)}])")
    labels = GRAINS[time.grain or "month"].format(t="days")
    script.add(f'{result} = {result}[{result}["{time.name}"].isin({labels})]')
