"""Things of one set that are not in another: what limits the first set does not limit the second."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.catalog import entities
from crm_copilot.library.combining import limited
from crm_copilot.library.plan import Having, Plan, count_of
from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.draft import Draft


def leave_out(draft: Draft, plan: Plan) -> Plan:
    """Give the conditions on rows to the measures, where other rows say which things are left out."""
    if not any(having.without for having in plan.having):
        return plan
    if not plan.measures and any(map(_is_idle, plan.having)):
        return _those_alone(draft, plan)
    measures = plan.measures or (count_of(_counted(plan)),)
    return plan.but(measures=tuple(limited(measure, plan.where) for measure in measures), where=())


def _is_idle(having: Having) -> bool:
    """Whether only those are kept that are in no order at all: they have no other rows than their own."""
    return having.without and having.measure == count_of("order") and having.period is None and having.value == 0


def _those_alone(draft: Draft, plan: Plan) -> Plan:
    """Count those that never did anything, or list them."""
    key = next(having.key for having in plan.having if _is_idle(having))
    thing = next(entity for entity in entities().values() if entity.key == key)
    if [by.field for by in plan.by] == [key] and thing.table == "sellers":
        return plan.but(listing=thing.table, by=(), order=None)
    by = tuple(replace(one, field=sellers(one.field)) if thing.name == "seller" else one for one in plan.by)
    return plan.but(measures=(count_of(thing.name, where=plan.where),), by=by, where=())


def _counted(plan: Plan) -> str:
    """Return what is counted where nothing is said: the things themselves, or the orders of each of them."""
    keys = [having.key for having in plan.having if having.without]
    return "order" if plan.by else next((e.name for e in entities().values() if e.key == keys[0]), "order")
