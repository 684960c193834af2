"""The answer in words: what was computed, the number, or the head of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_copilot.domain import Context, Execution, Program
from crm_copilot.library.plan import Plan
from crm_copilot.library.wording import capital
from crm_copilot.respond.numbers import show

_SAY = {
    "en": {"rows": "{n} rows", "highest": "highest in {key} with {value}", "lowest": "lowest in {key} with {value}",
           "first": "first", "demo": "demo data", "from": "from {first} to {last}"},
    "pt": {"rows": "{n} linhas", "highest": "maior em {key} com {value}", "lowest": "menor em {key} com {value}",
           "first": "primeiros", "demo": "dados de demonstração", "from": "de {first} a {last}"},
}  # fmt: skip
_HEAD = 5


def sentence(context: Context, plan: Plan | None, program: Program, execution: Execution) -> str:
    """Return one or two sentences; the table itself is shown beside them."""
    tongue = "pt" if context.language == "pt" else "en"
    title = capital(program.description) if program.description else context.question.rstrip("?. ")
    if execution.figure and not execution.rows:
        return f"{title}."
    if execution.n_rows == 1:
        return f"{title}: {_one_row(execution, plan, tongue)}."
    if _over_time(plan, execution):
        return f"{title}: {_course(execution, plan, tongue)}."
    return f"{title}: {_head(execution, plan, tongue)}."


def units(plan: Plan | None, columns: Sequence[str]) -> list[str | None]:
    """Return the unit of each column of a result, None where it has none."""
    known: dict[str, str | None] = {"year": "year"}
    for measure in (*plan.measures, *(h.measure for h in plan.having)) if plan else ():
        unit = "percent" if measure.is_percent else measure.unit
        known |= {measure.column: unit, f"cumulative_{measure.column}": unit, f"{measure.column}_year_before": unit}
        known |= {f"{measure.column}_days": "days", f"{measure.column}_kg": None}
    if plan and plan.measures and plan.transform == "growth":
        known |= {period.label: known.get(plan.measures[0].column) for period in plan.periods}
        known["increase"] = known.get(plan.measures[0].column)
    if plan and not plan.by and len(plan.measures) == 1:
        known["value"] = known.get(plan.measures[0].column)
    if plan and (plan.transform in ("top share", "compound") or any(having.part for having in plan.having)):
        known["value"] = "percent"
    if plan and plan.reduce and plan.measures:
        known["value"] = plan.measures[0].unit
    return [known.get(name, "percent" if name.endswith("_pct") else None) for name in columns]


def _one_row(execution: Execution, plan: Plan | None, tongue: str) -> str:
    row, unit = execution.rows[0], units(plan, execution.columns)
    if len(row) == 1:
        return show(row[0], unit[0], tongue)
    shown = [
        f"{name.replace('_', ' ')} {show(v, u, tongue)}"
        for name, v, u in zip(execution.columns, row, unit, strict=True)
    ]
    return ", ".join(shown)


def _head(execution: Execution, plan: Plan | None, tongue: str) -> str:
    unit = units(plan, execution.columns)
    rows = [_row(row, unit, tongue) for row in execution.rows[:_HEAD]]
    count = _SAY[tongue]["rows"].format(n=show(execution.n_rows, None, tongue))
    rest = f" … ({count})" if execution.n_rows > _HEAD else ""
    return "; ".join(rows) + rest


def _row(row: Sequence[Any], unit: Sequence[str | None], tongue: str) -> str:
    keys = [show(v, u, tongue) for v, u in zip(row, unit, strict=True) if not _is_number(v)]
    numbers = [show(v, u, tongue) for v, u in zip(row, unit, strict=True) if _is_number(v)]
    if not keys and len(numbers) > 1:
        keys, numbers = numbers[:1], numbers[1:]
    return f"{' / '.join(keys)} ({', '.join(numbers)})" if numbers and keys else ", ".join([*keys, *numbers])


def _over_time(plan: Plan | None, execution: Execution) -> bool:
    return bool(
        plan and len(plan.by) == 1 and plan.by[0].field == "time" and not plan.limit and execution.n_rows > _HEAD
    )


def _course(execution: Execution, plan: Plan | None, tongue: str) -> str:
    """Say the highest and the lowest of a series, and what it spans."""
    unit = units(plan, execution.columns)
    last = len(execution.columns) - 1
    rows = [row for row in execution.rows if _is_number(row[last])]
    if not rows:
        return _head(execution, plan, tongue)
    top, low = max(rows, key=lambda r: r[last]), min(rows, key=lambda r: r[last])
    say = _SAY[tongue]
    span = say["from"].format(first=execution.rows[0][0], last=execution.rows[-1][0])
    high = say["highest"].format(key=top[0], value=show(top[last], unit[last], tongue))
    return f"{span}, {high}, {say['lowest'].format(key=low[0], value=show(low[last], unit[last], tongue))}"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
