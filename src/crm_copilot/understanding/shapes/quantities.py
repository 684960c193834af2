"""The quantity of each row behind a measure: the price behind revenue, the score behind the average score."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Measure

_OF_MEASURE = {
    "average_review_score": "review_score", "aov": "order_value", "revenue": "price", "total_freight": "freight_value",
}  # fmt: skip
_OF_COUNT = {"items": "items_per_order", "orders_per_customer": "customer_orders"}


def row_quantity(measure: Measure) -> str | None:
    """Return the quantity that the measure sums up, None when it counts."""
    if measure.name in _OF_MEASURE:
        return _OF_MEASURE[measure.name]
    if measure.field in fields() and fields()[measure.field].kind == "quantity" and not measure.part:
        return measure.field
    return _OF_COUNT.get(measure.name)
