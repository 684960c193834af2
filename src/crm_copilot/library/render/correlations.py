"""Answers that are a correlation of two quantities, of the same row or of rows of the same order."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.catalog import fields
from crm_copilot.library import joins
from crm_copilot.library.frames import FrameSpec, write_frame
from crm_copilot.library.plan import Plan
from crm_copilot.library.script import Script, name_or_names, names

_HOMES = ("order_items", "orders", "reviews", "payments")


def write_correlation(script: Script, plan: Plan, first: str, second: str) -> None:
    """Write the correlation of two quantities, for each group where there are keys."""
    frame = _together(script, plan, first, second) or _paired(script, plan, first, second)
    if not plan.by:
        script.add(f'return {frame}["{first}"].corr({frame}["{second}"])')
        return
    keys = name_or_names([key.name for key in plan.by])
    script.add(f'result = {frame}.groupby({keys})[["{first}", "{second}"]].apply(')
    script.add(f'    lambda group: group["{first}"].corr(group["{second}"])')
    script.add(').rename("correlation").reset_index()')
    script.add("return result")


def _together(script: Script, plan: Plan, first: str, second: str) -> str | None:
    """Write the frame that holds both quantities in its rows, None when no table does."""
    for base in dict.fromkeys([fields()[first].table, fields()[second].table, *_HOMES]):
        if all(joins.reaches(base, name) == "lookup" for name in (first, second)):
            return write_frame(script, FrameSpec(base, plan.by, (first, second), plan.where, plan.periods, plan.time))
    return None


def _paired(script: Script, plan: Plan, first: str, second: str) -> str:
    """Pair two quantities of different children of an order by the order."""
    bases = _bases(first, second)
    named = [*(key.field for key in plan.by), *(condition.field for condition in plan.where)]
    behind = {name for name in named if _is_other_side(bases, name)}
    keys = tuple(key for key in plan.by if key.field in behind)
    own = tuple(key for key in plan.by if key.field not in behind)
    conditions = tuple(c for c in plan.where if c.field not in behind)
    left = FrameSpec(bases[0], own, (first,), conditions, plan.periods, plan.time)
    right = FrameSpec(bases[1], keys, (second,), tuple(c for c in plan.where if c.field in behind))
    left_name, right_name = write_frame(script, left), write_frame(script, right)
    columns = names(["order_id", second, *(key.name for key in keys)])
    script.add(f'both = {left_name}.merge({right_name}[{columns}], on="order_id")')
    return "both"


def _bases(first: str, second: str) -> list[str]:
    """Return the tables of the two quantities that know their order."""
    bases = [fields()[name].table for name in (first, second)]
    if any(joins.path(base, "order_id") is None for base in bases):
        bases = ["order_items" if base in ("products", "sellers") else base for base in bases]
    if any(joins.path(base, "order_id") is None for base in bases):
        raise joins.Unreachable(f"{first} and {second} do not belong to the same rows in these data")
    return bases


def _is_other_side(bases: Sequence[str], name: str) -> bool:
    """Whether the second of two children of an order says `name`, and not the first."""
    return joins.reaches(bases[0], name) == "bridge" and joins.reaches(bases[1], name) == "lookup"
