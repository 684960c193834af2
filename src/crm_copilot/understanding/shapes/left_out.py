"""Things of one set that are not in another: what limits the first set does not limit the second."""

from __future__ import annotations

from crm_copilot.catalog import entities
from crm_copilot.library.combining import limited
from crm_copilot.library.plan import Plan, count_of
from crm_copilot.understanding.draft import Draft


def leave_out(draft: Draft, plan: Plan) -> Plan:
    """Give the conditions on rows to the measures, where other rows say which things are left out."""
    if not any(having.without for having in plan.having):
        return plan
    measures = plan.measures or (count_of(_counted(plan)),)
    return plan.but(measures=tuple(limited(measure, plan.where) for measure in measures), where=())


def _counted(plan: Plan) -> str:
    """Return what is counted where nothing is said: the things themselves, or the orders of each of them."""
    keys = [having.key for having in plan.having if having.without]
    return "order" if plan.by else next((e.name for e in entities().values() if e.key == keys[0]), "order")
