"""Correlations: "does the delivery time affect the score", "price against freight"."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, Measure, Plan, aggregate_of, measure_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.shapes.quantities import row_quantity

# Quantities with few values: what depends on them is shown for each value.
_FEW = ("payment_installments", "review_score", "items_per_order", "product_photos_qty")
_NAMED_MEANS = {"review_score": "average_review_score", "order_value": "aov"}


def correlate(draft: Draft, plan: Plan) -> Plan:
    """Correlate two quantities, or show the mean of one for each value of what it depends on."""
    asked = draft.has("transform", "correlation")
    if not asked and (plan.by or not draft.has("transform", "impact")):
        return plan
    quantities = _quantities(plan)
    few = next((name for name in quantities if name in _FEW), None)
    if len(quantities) >= 2 and few and few != quantities[-1] and not asked:
        other = next(name for name in quantities if name != few)
        return plan.but(measures=(_mean_of(other),), by=(By(few),), order=None)
    if len(quantities) >= 2:
        rest = tuple(k for k in plan.by if k.field not in quantities and k.field not in ("has_review", "has_delivery"))
        return plan.but(measures=(), by=rest, correlate=(quantities[0], quantities[1]), order=None)
    return _by_part(plan, quantities)


def _quantities(plan: Plan) -> list[str]:
    if any(measure.metric == "revenue_with_freight" or measure.field == "item_total" for measure in plan.measures):
        return ["price", "freight_value"]  # "price and freight" names both
    measured = [quantity for measure in plan.measures if (quantity := row_quantity(measure))]
    keys = [key.field for key in plan.by if key.field in fields() and fields()[key.field].kind == "quantity"]
    return list(dict.fromkeys([*measured, *keys]))


def _by_part(plan: Plan, quantities: list[str]) -> Plan:
    """Read "does lateness affect the score" as the mean score of the late and the others."""
    parted = next((measure for measure in plan.measures if measure.part), None)
    if not quantities or parted is None:
        return plan
    key, where = By(parted.part[0].field), (*plan.where, *parted.where)
    return plan.but(measures=(_mean_of(quantities[0]),), by=(key,), where=where)


def _mean_of(quantity: str) -> Measure:
    return measure_of(_NAMED_MEANS[quantity]) if quantity in _NAMED_MEANS else aggregate_of(quantity, "mean")
