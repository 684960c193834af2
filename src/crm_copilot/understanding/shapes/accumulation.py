"""Running totals over time, and running shares down a ranking."""

from __future__ import annotations

from crm_copilot.library.plan import Plan, by_time
from crm_copilot.understanding.draft import Draft


def accumulate(draft: Draft, plan: Plan) -> Plan:
    """Add the running total over time, or the running share down a ranking."""
    asked = [i for i, item in enumerate(draft.items) if item.kind == "transform" and item.name == "cumulative"]
    if not asked or not plan.measures:
        return plan
    for index in asked:
        draft.use(index, "transform")
    if not plan.by:
        return plan.but(by=(by_time("month"),), transform="cumulative", order=None)
    if any(key.field == "time" for key in plan.by):
        return plan.but(transform="cumulative", order=None)
    if draft.has("transform", "share") or draft.percent is not None:
        return plan.but(transform="cumulative share", order="desc")
    return plan
