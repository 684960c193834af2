"""Conditions as expressions that are true for the rows to keep."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.catalog import fields
from crm_copilot.library.frames.expressions import expression_of, is_closed, moment_of, wrapped
from crm_copilot.library.frames.spec import FrameSpec
from crm_copilot.library.plan import Condition
from crm_copilot.library.script import Script

# What is looked up comes as an array, which has none of the methods of a column.
_ARRAY = ".to_numpy()"
_OF_SERIES = ("missing", "between", "in", "not in")


def all_of(masks: Sequence[str]) -> str:
    """Return the expression that is true where all are."""
    return " & ".join(wrapped(mask) for mask in masks) if len(masks) > 1 else masks[0]


def direct_mask(script: Script, name: str, condition: Condition) -> str:
    """Return the mask of a condition on a field that the frame holds."""
    expression = expression_of(script, condition.field, name)
    known = fields().get(condition.field)
    if known is None or known.kind != "predicate":
        return _comparison(script, expression, condition)
    wanted = (condition.op in ("is", "==")) == bool(condition.value)
    return wrapped(expression) if wanted else f"~({expression})"


def _comparison(script: Script, column: str, condition: Condition) -> str:
    op, value = condition.op, condition.value
    if column.endswith(_ARRAY) and op in _OF_SERIES:
        return f"{_comparison(script, column.removesuffix(_ARRAY), condition)}{_ARRAY}"
    if " " in column and not is_closed(column):
        column = f"({column})"
    if op == "missing":
        return f"{column}.isna()"
    if op == "between":
        return f"{column}.between({value[0]!r}, {value[1]!r})"
    if op in ("in", "not in"):
        sign = "~" if op == "not in" else ""
        return f"{sign}{column}.isin({script.param(condition.field + '_values', list(value))})"
    if op == "contains":
        return f"{column}.str.lower().str.contains({value.lower()!r}, regex=False, na=False)"
    return f"({column} {op} {script.param(condition.field, value)})"


def period_mask(script: Script, spec: FrameSpec, name: str) -> str:
    """Return the mask of the rows of the periods."""
    column = moment_of(script, spec, name)
    spans = []
    for number, period in enumerate(spec.periods, 1):
        suffix = "" if len(spec.periods) == 1 else f"_{number}"
        start = script.param(f"start{suffix}", period.start.isoformat())
        end = script.param(f"end{suffix}", period.end.isoformat())
        spans.append(f"({column} >= {start}) & ({column} < {end})")
    return spans[0] if len(spans) == 1 else "((" + ") | (".join(spans) + "))"
