"""One number, or a list, that says how concentrated a measure is; and the compound growth over the periods."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.plan import Plan
from crm_copilot.library.script import Script, names

CONCENTRATIONS = ("top share", "reach", "reach share", "reach list", "compound")
_PARETO = 80
_HEAD = 10


def write_concentration(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> None:
    """Say how much the top makes up, how many make up so much, or the compound growth over the periods."""
    if plan.transform == "compound":
        script.add(f"{result} = {result}.sort_values({names(keys)})")
        script.add(f'values = {result}["{column}"]')
        script.add("return ((values.iloc[-1] / values.iloc[0]) ** (1 / (len(values) - 1)) - 1) * 100")
        return
    script.add(f'{result} = {result}.sort_values(["{column}", "{keys[0]}"], ascending=[False, True])')
    if plan.transform == "top share":
        _write_top_share(script, plan, result, column)
    else:
        _write_reach(script, plan, result, keys, column)


def _write_top_share(script: Script, plan: Plan, result: str, column: str) -> None:
    top = f"len({result}) * {plan.percent:g} // 100" if plan.percent else script.param("k", plan.limit or _HEAD)
    script.add(f"top = {result}.head({f'max(1, int({top}))' if plan.percent else top})")
    script.add(f'return top["{column}"].sum() / {result}["{column}"].sum() * 100')


def _write_reach(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> None:
    percent = script.param("percent", plan.percent or _PARETO)
    script.add(f'share = {result}["{column}"].cumsum() / {result}["{column}"].sum() * 100')
    if plan.transform == "reach":
        script.add(f"return int((share < {percent}).sum()) + 1")
    elif plan.transform == "reach share":
        script.add(f"return (int((share < {percent}).sum()) + 1) / len({result}) * 100")
    else:
        script.add(f'{result}["cumulative_pct"] = share')
        script.add(f"{result} = {result}[{names([*keys, column, 'cumulative_pct'])}]")
        script.add(f"return {result}[share.shift(fill_value=0) < {percent}].reset_index(drop=True)")
