"""The finished table summed up again over its last key: the mean of the months, the median of the sellers."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.plan import Plan
from crm_copilot.library.script import Script, names
from crm_copilot.library.shapes.sorting import write_head


def write_reduction(script: Script, plan: Plan, result: str, keys: Sequence[str], column: str) -> None:
    """Sum the table up again over its last key."""
    how = plan.reduce or "mean"
    call = f"quantile({int(how[1:]) / 100})" if how.startswith("p") else f"{how}()"
    if len(keys) == 1:
        script.add(f'return {result}["{column}"].{call}')
        return
    script.add(f'{result} = {result}.groupby({names(keys[:-1])}, as_index=False, observed=True)["{column}"].{call}')
    if plan.order or not plan.by[0].is_time:
        script.add(f'{result} = {result}.sort_values("{column}", ascending={plan.order == "asc"})')
    write_head(script, plan, result, result)
    script.add(f"return {result}.reset_index(drop=True)")
