"""The last lines of a function: from the aggregated table to what was asked (order, top, share, growth ...)."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.frames.masks import direct_mask
from crm_copilot.library.plan import Plan
from crm_copilot.library.script import Script, names
from crm_copilot.library.shapes.concentration import CONCENTRATIONS, write_concentration
from crm_copilot.library.shapes.growth import NO_GROWTH, needs_more, write_growth
from crm_copilot.library.shapes.periods import write_between_periods
from crm_copilot.library.shapes.reduction import write_reduction
from crm_copilot.library.shapes.sorting import write_limit, write_sort
from crm_copilot.library.shapes.totals import write_cumulative, write_cumulative_share, write_rank, write_share
from crm_copilot.library.shapes.units import SECOND_UNITS, write_second_units

__all__ = ["NO_GROWTH", "finish_scalar", "finish_table", "needs_more"]

# What adds columns to the table, by transform.
_COLUMNS = {
    "share": write_share, "cumulative share": write_cumulative_share, "cumulative": write_cumulative,
    "growth": write_growth, "yoy": write_growth, "rank": write_rank,
}  # fmt: skip


def finish_scalar(script: Script, plan: Plan, values: Sequence[str]) -> None:
    """Return the one number, or one row when there are several; hours also in days, grams in kilograms."""
    if len(values) == 1 and plan.measures[0].unit not in SECOND_UNITS:
        script.add(f"return {values[0]}")
        return
    columns = dict(zip([measure.column for measure in plan.measures], values, strict=True))
    for measure in plan.measures:
        if measure.unit in SECOND_UNITS:
            other, factor = SECOND_UNITS[measure.unit]
            columns[f"{measure.column}_{other}"] = f"({columns[measure.column]}) / {factor}"
    script.needs_pandas()
    cells = ", ".join(f'"{column}": [{value}]' for column, value in columns.items())
    script.add(f"return pd.DataFrame({{{cells}}})")


def finish_table(script: Script, plan: Plan, result: str, keys: Sequence[str], columns: Sequence[str]) -> None:
    """Add shares or growth, sort, cut, reduce, and return the table."""
    if plan.reduce:
        write_reduction(script, plan, result, keys, columns[0])
    elif plan.transform == "number":
        script.add(f"return len({result})")
    elif plan.transform in CONCENTRATIONS:
        write_concentration(script, plan, result, keys, columns[0])
    elif plan.transform == "growth" and any(key.field == "period" for key in plan.by):
        write_between_periods(script, plan, result, keys, columns[0])
    else:
        _finish(script, plan, result, keys, columns)


def _finish(script: Script, plan: Plan, result: str, keys: Sequence[str], columns: Sequence[str]) -> None:
    shown = [*keys, *columns]
    if plan.transform in _COLUMNS:
        shown += _COLUMNS[plan.transform](script, plan, result, keys, columns[0])
    shown += write_second_units(script, plan, result)
    for condition in plan.show:
        script.add(f"{result} = {result}[{direct_mask(script, result, condition)}]")
    write_sort(script, plan, result, keys, shown)
    write_limit(script, plan, result)
    script.add(f"return {result}[{names(shown)}].reset_index(drop=True)")
