"""Units that are shown in a second one beside."""

from __future__ import annotations

from collections.abc import Mapping

from crm_copilot.library.plan import Plan
from crm_copilot.library.script import Script

SECOND_UNITS: Mapping[str | None, tuple[str, int]] = {"hours": ("days", 24), "g": ("kg", 1000)}
"""The unit, the other, and how many make one of it."""


def write_second_units(script: Script, plan: Plan, result: str) -> list[str]:
    """Add hours also in days and grams in kilograms, and return the new columns."""
    added = []
    for measure in plan.measures:
        if measure.unit in SECOND_UNITS:
            other, factor = SECOND_UNITS[measure.unit]
            script.add(f'{result}["{measure.column}_{other}"] = {result}["{measure.column}"] / {factor}')
            added.append(f"{measure.column}_{other}")
    return added
