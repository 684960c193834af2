"""Groups whose average is compared: "in which states do parcels take more than 20 days on average"."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.library.plan import EACH, Condition, Having, Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.adding import aggregated

_ORDERED = (">", ">=", "<", "<=", "between")


def hold_on_average(draft: Draft, plan: Plan) -> Plan:
    """Hold each group's average against the number, not each row, where groups are asked for and no other number."""
    means = [i for i in draft.indices("agg") if draft.name(i) == "mean"]
    compared = [c for c in plan.where if c.op in _ORDERED and _is_quantity(c)]
    counted = any(draft.named(i, "agg") == "count" for i in draft.indices("agg", free=False))
    only_named = all(measure.entity for measure in plan.measures) and not counted
    if not means or len(compared) != 1 or len(plan.by) != 1 or plan.having or not only_named:
        return plan
    if "which" not in draft.marks.values() and not draft.has("list"):
        return plan
    draft.use(means[0], "agg")
    [condition] = compared
    measure = aggregated(condition.field, "mean")
    where = tuple(c for c in plan.where if c != condition)
    held = Having(EACH, measure, condition.op, condition.value)
    return plan.but(measures=(measure,), where=where, having=(held,))


def _is_quantity(condition: Condition) -> bool:
    known = fields().get(condition.field)
    return known is not None and known.kind == "quantity" and not condition.others
