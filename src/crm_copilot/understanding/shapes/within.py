"""Rankings inside groups: "top 3 categories in each state"."""

from __future__ import annotations

from crm_copilot.library.plan import By, Plan
from crm_copilot.understanding.draft import Draft

_EACH = ("in each", "each", "for each", "within each", "per", "of each", "em cada", "de cada", "cada", "por")


def rank_within(draft: Draft, plan: Plan) -> Plan:
    """Read "top 3 categories in each state" as three for each state."""
    if len(plan.by) < 2 or plan.transform in ("growth", "yoy") or not (plan.order or plan.limit):
        return plan
    marked = {key: draft.marks.get(i) for i, key in draft.keys}
    valued = {key for i, key in draft.keys if draft.kind(i) == "value"}
    ranked = [key for key in plan.by if marked.get(key) in ("rank", "which")]
    groups = (key for key in plan.by if marked.get(key) == "by" or key in valued or key.field in ("time", "period"))
    inner = next((key for key in groups if key not in ranked), None)
    again = _said_again(draft, plan)
    if plan.limit and again is not None:
        ranked, inner = [key for key in plan.by if key != again], again
    listed = plan.having and not plan.limit and "order" not in draft.roles.values()
    if not ranked or inner is None or listed:
        return plan
    keys = (inner, *(key for key in plan.by if key != inner))
    return plan.but(by=keys, within=inner, limit=plan.limit or 1, order=plan.order or "desc")


def _said_again(draft: Draft, plan: Plan) -> By | None:
    """Return the key that "in each" names once more: "revenue by year and category, top 3 in each year"."""
    for index in draft.indices("by", free=False):
        name = draft.named(index + 1, "grain", "dimension")
        if draft.word(index) in _EACH and name and index + 1 not in {i for i, _ in draft.keys}:
            return next((key for key in plan.by if name in (key.field, key.grain)), None)
    return None
