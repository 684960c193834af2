"""Rankings inside groups: "top 3 categories in each state"."""

from __future__ import annotations

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft


def rank_within(draft: Draft, plan: Plan) -> Plan:
    """Read "top 3 categories in each state" as three for each state."""
    if len(plan.by) < 2 or plan.transform in ("growth", "yoy") or not (plan.order or plan.limit):
        return plan
    marked = {key: draft.marks.get(i) for i, key in draft.keys}
    valued = {key for i, key in draft.keys if draft.kind(i) == "value"}
    ranked = [key for key in plan.by if marked.get(key) in ("rank", "which")]
    groups = (key for key in plan.by if marked.get(key) == "by" or key in valued or key.field in ("time", "period"))
    inner = next((key for key in groups if key not in ranked), None)
    listed = plan.having and not plan.limit and "order" not in draft.roles.values()
    if not ranked or inner is None or listed:
        return plan
    keys = (inner, *(key for key in plan.by if key != inner))
    return plan.but(by=keys, within=inner, limit=plan.limit or 1, order=plan.order or "desc")
