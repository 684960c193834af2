"""Which chart helps: a line over time, bars for groups, none for one number. The front end draws it."""

from __future__ import annotations

from typing import Any

from crm_copilot.domain import Execution
from crm_copilot.library.plan import Plan

_MOST_BARS = 60
_ORDERED = ("day", "week", "month", "quarter", "semester", "year", "hour")


def chart_of(plan: Plan | None, execution: Execution) -> dict[str, Any] | None:
    """Return {"kind", "x", "y", "color"?} or None where no picture helps."""
    numbers = [i for i, _ in enumerate(execution.columns) if _all_numbers(execution, i)]
    labels = [i for i, _ in enumerate(execution.columns) if i not in numbers]
    if execution.n_rows < 2 or not execution.columns:
        return None
    x, y, color = _axes(plan, execution, numbers, labels)
    if x is None or y is None or x == y:
        return None
    names = execution.columns
    kind = "line" if names[x] in _ORDERED else "bar"
    if kind == "bar" and execution.n_rows > _MOST_BARS and color is None:
        return None
    chart = {"kind": kind, "x": names[x], "y": names[y]}
    return chart | {"color": names[color]} if color is not None else chart


def _axes(
    plan: Plan | None, execution: Execution, numbers: list[int], labels: list[int]
) -> tuple[int | None, int | None, int | None]:
    keys = [key.name for key in plan.by] if plan else []
    places = [execution.columns.index(name) for name in keys if name in execution.columns] or labels[:1]
    values = [i for i in numbers if i not in places]
    wanted = "growth_pct" if plan and plan.transform in ("growth", "yoy") else None
    y = execution.columns.index(wanted) if wanted in execution.columns else (values[0] if values else None)
    timed = [i for i in places if execution.columns[i] in _ORDERED]
    x = timed[0] if timed else (places[0] if places else None)
    rest = [i for i in places if i != x]
    return x, y, rest[0] if rest else None


def _all_numbers(execution: Execution, column: int) -> bool:
    values = [row[column] for row in execution.rows[:200] if row[column] is not None]
    return bool(values) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
