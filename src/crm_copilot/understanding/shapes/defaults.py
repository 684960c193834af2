"""What a question means that names no measure, or one that only the payments know."""

from __future__ import annotations

from typing import cast

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import Agg, By, Measure, Plan, aggregate_of, count_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures import natural_entity, natural_measure
from crm_copilot.understanding.shapes.order import BAD

# Conditions that say what customers are.
_PEOPLE = ("is_repeat_customer", "is_one_time_customer")
_ONLY_PAYMENTS = frozenset(
    "payment_installments is_instalment is_single_instalment value_per_instalment payment_type".split()
)


_WORTH = frozenset("value amount valor montante".split())
_OFTEN = frozenset("often frequently frequent common used frequencia most more mais menos least".split())


def fill_in(draft: Draft, plan: Plan) -> Plan:
    """Give a question without a measure the one that it must mean, and say how sure that is."""
    if plan.measures or plan.correlate or plan.listing:
        return plan
    if draft.has("special", "pareto"):
        return plan.but(measures=(measure_of("revenue"),))
    if plan.by and len(plan.periods) > 1 and draft.has("transform", "growth", "yoy"):
        return plan.but(measures=(_of_groups(draft, plan),))
    if plan.having:
        return _number_of_those(draft, plan) or _by_condition(plan)
    if plan.by and (paid := _paid(draft, plan)):
        return plan.but(measures=(paid,))
    if plan.by:
        return plan.but(measures=(_of_groups(draft, plan),))
    if plan.where:
        entity = natural_entity(plan.where[0].field)
        if entity == "payment" and any(token.key in _WORTH for token in draft.tokens) and not draft.has("agg"):
            return plan.but(measures=(aggregate_of("payment_value", "sum"),))  # "voucher value in 2018"
        if entity == "payment" and (aggs := [i for i in draft.indices("agg") if draft.name(i) != "count"]):
            how = min(aggs, key=lambda i: draft.name(i) == "sum")  # "how much is a voucher worth on average"
            for index in aggs:
                draft.use(index, "agg")
            return plan.but(measures=(aggregate_of("payment_value", cast(Agg, draft.name(how))),))
        draft.doubt("what is counted", 0.2)
        return plan.but(measures=(count_of(entity),))
    return plan


def drop_what_is_implied(draft: Draft, plan: Plan) -> Plan:
    """Drop "closed" of deals: every deal is; it would make each share of them 100 %."""
    if not any(measure.table == "deals" for measure in plan.measures):
        return plan
    return plan.but(where=tuple(condition for condition in plan.where if condition.field != "is_closed"))


def _paid(draft: Draft, plan: Plan) -> Measure | None:
    """Read "boleto value by month" as what was paid so."""
    if not any(condition.field == "payment_type" for condition in plan.where):
        return None
    if not any(token.key in _WORTH for token in draft.tokens):
        return None
    aggs = [i for i in draft.indices("agg") if draft.name(i) != "count"]
    for index in aggs:
        draft.use(index, "agg")
    return aggregate_of("payment_value", cast(Agg, draft.name(aggs[0])) if aggs else "sum")


def _number_of_those(draft: Draft, plan: Plan) -> Plan | None:
    """Count the groups of "how many products sold only once", where the condition took the words for them."""
    keys = {having.key for having in plan.having}
    counted = next((e.name for e in entities().values() if {e.key} == keys), None)
    if counted is None or plan.by or (draft.kind(0), draft.name(0)) != ("agg", "count") or not draft.free(0):
        return None
    draft.use(0, "agg")
    return plan.but(measures=(count_of(counted),))


def _by_condition(plan: Plan) -> Plan:
    """Show the groups that satisfy a condition by what it compares."""
    key = plan.having[0].key
    by = plan.by or ((By(key),) if key else ())
    if not by:
        return plan.but(measures=(count_of("order"),))
    shown = tuple(dict.fromkeys(having.measure for having in plan.having))
    ranked = None if by[0].is_time else "desc"
    return plan.but(measures=shown, by=by, order=plan.order or ranked)


def _of_groups(draft: Draft, plan: Plan) -> Measure:
    if plan.order and any(condition.field == "review_score" for condition in plan.where):
        return count_of("review")
    if any(condition.field in _PEOPLE for condition in plan.where):
        return count_of("customer")
    parts = [c.field for c in plan.where if c.field in fields() and fields()[c.field].kind == "predicate"]
    if parts and draft.has("transform", "share"):
        return count_of(natural_entity(parts[0]))  # "the percentage of negative reviews" is of reviews
    last = len(draft.items) - 1
    if last > 0 and draft.kind(last) == "order" and not _OFTEN & set(draft.word(last).split()):
        draft.doubt("what is measured", 0.25)  # "and which three states have the shortest?"
    if plan.order is None and not draft.has("transform", "distribution", "share", "rank"):
        draft.doubt("what is measured", 0.25)
    if len(plan.periods) > 1 and draft.has("transform", "growth", "yoy") and draft.doubts.pop("what is measured", 0.0):
        draft.doubt("what grew", 0.1)
        return measure_of("revenue")
    if plan.order is not None and plan.by[0].field == "order_id":
        return aggregate_of("order_value", "max")  # "the largest orders"
    ranked = plan.order is not None and draft.has("order", "best", "worst", "desc")
    if ranked and (gone_wrong := [c.field for c in plan.where if c.field in BAD and c.op == "is"]):
        draft.doubt("how many, or which share", 0.12)
        return count_of(natural_entity(gone_wrong[0]))  # "which sellers are late most often"
    if ranked and plan.by[0].field in ("seller_id", "customer_unique_id"):
        return measure_of("revenue")
    return natural_measure(plan.by[0])


def take_from_payments(draft: Draft, plan: Plan) -> Plan:
    """Take the value from the payments where only they know the condition or group ("in more than 6 instalments")."""
    about = {condition.field for condition in plan.where} | {key.field for key in plan.by}
    if not about & _ONLY_PAYMENTS:
        return plan
    swapped = {"revenue": aggregate_of("payment_value", "sum"), "aov": aggregate_of("payment_value", "mean")}
    return plan.but(measures=tuple(swapped.get(measure.name, measure) for measure in plan.measures))
