"""Answers that are one number, or one row of several."""

from __future__ import annotations

from crm_copilot.library.plan import Plan
from crm_copilot.library.render.numbers import write_number
from crm_copilot.library.render.pieces import write_enough
from crm_copilot.library.script import Script
from crm_copilot.library.shapes import finish_scalar


def write_scalar(script: Script, plan: Plan) -> None:
    """Write the numbers of a plan without group keys."""
    values = [write_number(script, plan, measure, write_enough) for measure in plan.measures]
    finish_scalar(script, plan, values)
