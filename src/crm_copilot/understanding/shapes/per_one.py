"""What there is of something for each seller or customer of a group: "revenue per seller, by seller state"."""

from __future__ import annotations

from crm_copilot.library import joins
from crm_copilot.library.combining import over
from crm_copilot.library.plan import By, Measure, Plan, count_of, measure_of
from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.draft import Draft

_PER = ("per", "por")
_METRICS = {"revenue": "revenue_per_seller"}


def divide_by_one(draft: Draft, plan: Plan) -> Plan:
    """Read "orders per seller in each state" as a ratio: a seller has one state, so that both are no two breakdowns."""
    if len(plan.by) != 2 or len(plan.measures) != 1 or plan.limit or plan.order or plan.transform or plan.having:
        return plan
    (first, one), (second, group) = draft.keys[:2] if len(draft.keys) == 2 else ((0, plan.by[0]), (0, plan.by[1]))
    measure = plan.measures[0]
    said = draft.word(first - 1) in _PER and draft.kind(second - 1) == "by"
    apart = draft.word(second - 1) not in _PER and not draft.gap(first - 1, first)
    additive = not (measure.divisor or measure.part) and (measure.agg == "sum" or bool(measure.entity))
    if not (said and apart and additive) or first - 1 not in {i + 1 for i, _ in draft.measures}:
        return plan
    key = _place_of(one, group)
    made = _ratio(measure, one)
    return plan.but(measures=(made,), by=(key,)) if made and key else plan


def _place_of(one: By, group: By) -> By | None:
    """Return the group as a place of the seller or customer, None where it is none of theirs."""
    table = "sellers" if one.field == "seller_id" else "customers"
    key = By(sellers(group.field)) if table == "sellers" else group
    return key if not key.grain and not key.bins and joins.reaches(table, key.field) == "lookup" else None


def _ratio(measure: Measure, one: By) -> Measure | None:
    if one.field == "seller_id" and measure.name in _METRICS:
        return measure_of(_METRICS[measure.name])
    if one.field == "seller_id":
        return over(measure, measure_of("active_sellers"))
    return over(measure, count_of("customer")) if one.field == "customer_unique_id" else None
