"""Whose places the conditions are about where only sellers are counted: "without SP, the city with most sellers"."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Condition, Measure, Plan
from crm_copilot.understanding.conditions.places import twin
from crm_copilot.understanding.draft import Draft


def take_sides(draft: Draft, plan: Plan) -> Plan:
    """Read places as the sellers' where nothing but sellers has one."""
    if not plan.measures or not all(_counts_sellers(measure) for measure in plan.measures):
        return plan
    if draft.has("entity", "customer", "order"):
        return plan
    return plan.but(where=tuple(_sellers(condition) for condition in plan.where))


def _counts_sellers(measure: Measure) -> bool:
    return measure.entity == "seller" and measure.divisor is None


def _sellers(condition: Condition) -> Condition:
    other = twin(condition.field)
    moved = condition.field.startswith("customer_") and condition.field != "customer_unique_id" and other in fields()
    return replace(condition, field=other) if moved else condition
