"""Whose places the conditions are about where only sellers are counted: "without SP, the city with most sellers"."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.library.plan import Measure, Plan
from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.draft import Draft


def take_sides(draft: Draft, plan: Plan) -> Plan:
    """Read places as the sellers' where nothing but sellers has one."""
    if not plan.measures or not all(_counts_sellers(measure) for measure in plan.measures):
        return plan
    if draft.has("entity", "customer", "order"):
        return plan
    return plan.but(where=tuple(replace(condition, field=sellers(condition.field)) for condition in plan.where))


def _counts_sellers(measure: Measure) -> bool:
    return measure.entity == "seller" and measure.divisor is None
