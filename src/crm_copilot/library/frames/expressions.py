"""Fields as expressions over a frame, and whether an expression needs parentheses."""

from __future__ import annotations

import re

from crm_copilot.catalog import fields, tables
from crm_copilot.library import joins
from crm_copilot.library.frames.spec import FrameSpec
from crm_copilot.library.grains import REGIONS
from crm_copilot.library.script import Script


def expression_of(script: Script, field: str, name: str) -> str:
    """Return the pandas expression of a field over frame `name`, asking for the tables that it names."""
    pandas = fields()[field].pandas if field in fields() else None
    if pandas is None:
        return f'{name}["{field}"]'
    for table in tables():
        if re.search(rf"(?<![@\w.'\"]){table}(?=[\[.,)])", pandas):
            script.table(table)
    if "pd." in pandas:
        script.needs_pandas()
    if "REGIONS" in pandas:
        script.constants["REGIONS"] = REGIONS
    return re.sub(r"@(\w+)", rf'{name}["\1"]', pandas)


def moment_of(script: Script, spec: FrameSpec, name: str) -> str:
    """Return the expression of the moment that dates the rows."""
    if spec.time in fields():
        return expression_of(script, spec.time or "", name)
    return f'{name}["{joins.needed("time", spec.base, spec.time)[0]}"]'


def wrapped(expression: str) -> str:
    """Return an expression in parentheses, where it needs them beside others."""
    plain = not re.search(r" [&|<>=!]", expression)
    return expression if plain or is_closed(expression.removeprefix("~")) else f"({expression})"


def is_closed(expression: str) -> bool:
    """Whether one pair of parentheses holds the whole expression."""
    depth = 0
    for place, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return expression[0] == "(" and place == len(expression) - 1
    return False
