"""Periods side by side, and the change from the first to the last."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.plan import Measure, Plan
from crm_copilot.library.script import Script, names
from crm_copilot.library.shapes.growth import NO_GROWTH
from crm_copilot.library.shapes.sorting import write_head


def write_between_periods(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> None:
    """Put the periods side by side, and the change from the first to the last beside them."""
    others = [key for key in keys if key != "period"]
    labels = [period.label for period in sorted(plan.periods, key=lambda period: period.start)]
    first, last = f'{result}["{labels[0]}"]', f'{result}["{labels[-1]}"]'
    if others:
        _write_pivot(script, plan, result, others, labels, column)
    else:
        row = f'{result}.set_index("period")[["{column}"]].reindex({labels!r})'
        script.add(f"{result} = {row}.T.reset_index(drop=True)")
    script.add(f'{result}["increase"] = {last} - {first}')
    script.add(f'{result}["growth_pct"] = (({last} / {first} - 1) * 100){NO_GROWTH}')
    if others:
        _write_ranking(script, plan, result, others[0], first)
    shown = names([*others, *labels, "increase", "growth_pct"])
    script.add(f"return {result}[{shown}].reset_index(drop=True)")


def _write_pivot(
    script: Script, plan: Plan, result: str, others: Sequence[str], labels: Sequence[str], column: str
) -> None:  # fmt: skip
    pivot = f'index={names(others)}, columns="period", values="{column}", observed=True'
    script.add(f"{result} = {result}.pivot_table({pivot})")
    filled = ".fillna(0)" if _is_additive(plan.measures[0]) else ""
    script.add(f"{result} = {result}.reindex(columns={labels!r}){filled}.reset_index()")


def _write_ranking(script: Script, plan: Plan, result: str, key: str, first: str) -> None:
    by = "increase" if plan.absolute else "growth_pct"
    if not plan.absolute:
        script.add(f"{result} = {result}[{first} > 0]")
    script.add(f'{result} = {result}.sort_values(["{by}", "{key}"], ascending=[{plan.order == "asc"}, True])')
    write_head(script, plan, result, result)


def _is_additive(measure: Measure) -> bool:
    return measure.agg in ("sum", "count", "nunique") and not measure.part and measure.divisor is None
