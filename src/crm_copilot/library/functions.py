"""The library: every verified function, as a plan with a name and the words it answers to.

They are made from the catalog: each metric by the fields it is asked for, each thing counted, each quantity summed
up, in the shapes that people ask for; and the special functions. A test renders every one and compares it with an
independent computation in SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.library import special
from crm_copilot.library.describe import describe
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Condition, Plan, Special, aggregate_of, count_of, measure_of
from crm_copilot.library.render import render

TIMES = ("day", "week", "month", "quarter", "year", "weekday", "hour")
_COUNTED = {
    "order": ("month", "year", "quarter", "weekday", "hour", "customer_state", "customer_city", "customer_region", "order_status",
              "product_category", "payment_type", "seller_id", "customer_unique_id", "review_score", "is_late", "items_per_order"),
    "item": ("month", "year", "product_category", "product_id", "seller_id", "customer_state", "seller_state"),
    "customer": ("month", "year", "customer_state", "customer_city", "customer_region", "product_category", "customer_orders", "payment_type"),
    "seller": ("seller_state", "seller_city", "product_category", "month"),
    "product": ("product_category", "seller_id"),
    "payment": ("payment_type", "payment_installments", "month"),
    "review": ("review_score", "month", "product_category", "customer_state", "seller_id"),
    "lead": ("origin", "month", "landing_page_id"),
    "deal": ("month", "origin", "business_segment", "lead_type", "lead_behaviour_profile", "business_type", "sr_id", "sdr_id"),
    "category": (), "city": ("customer_state",), "client": ("industry", "account_manager"),
    "interaction": ("interaction_kind", "interaction_manager", "month", "client_name"),
    "transaction": ("month",),
}  # fmt: skip
_SUMMED = {
    "delivery_days": ("customer_state", "month", "product_category", "seller_state", "customer_city", "seller_id", "year"),
    "approval_hours": ("payment_type", "month"), "handling_days": ("seller_state", "seller_id", "month"),
    "transit_days": ("customer_state", "month"), "approval_to_delivery_days": ("seller_state", "customer_state"),
    "delay_days": ("customer_state", "month", "seller_id"), "early_days": ("customer_state", "month"), "promised_days": ("customer_state",),
    "freight_value": ("customer_state", "product_category", "month", "seller_state"), "freight_ratio": ("product_category", "customer_state"),
    "price": ("product_category", "month", "customer_state", "seller_id"), "items_per_order": ("customer_state", "month"),
    "payment_value": ("payment_type", "month", "payment_installments", "customer_state", "year"),
    "payment_installments": ("payment_type", "product_category", "customer_state", "month"), "value_per_instalment": ("payment_type",),
    "product_weight_g": ("product_category",), "product_photos_qty": ("product_category",), "product_volume_cm3": ("product_category",),
    "product_description_lenght": ("product_category",), "review_response_days": ("review_score", "month"), "comment_length": ("review_score",),
    "sales_cycle_days": ("origin", "business_segment", "sr_id", "lead_type", "lead_behaviour_profile"),
    "declared_monthly_revenue": ("business_segment", "lead_behaviour_profile", "lead_type"),
    "declared_product_catalog_size": ("business_segment",), "total_spend_ytd": ("industry", "account_manager", "client_name"),
    "score": ("product_category", "customer_city", "month"),
}  # fmt: skip
_PAIRS = (
    ("delivery_days", "review_score"), ("delay_days", "review_score"), ("price", "freight_value"), ("product_weight_g", "freight_value"),
    ("order_value", "review_score"), ("payment_installments", "payment_value"), ("product_photos_qty", "price"), ("order_freight", "review_score"),
)  # fmt: skip
_RANKED = frozenset(
    {
        "product_category",
        "customer_state",
        "customer_city",
        "seller_id",
        "product_id",
        "customer_unique_id",
        "seller_state",
        "seller_city",
    }
)


@dataclass(frozen=True, slots=True)
class LibraryFunction:
    """One verified function: its plan, and what it is asked for in English and Portuguese."""

    id: str
    plan: Plan
    title: str
    title_pt: str

    @property
    def code(self) -> str:
        """The function, written out."""
        return render(self.plan, self.id)


@cache
def library() -> tuple[LibraryFunction, ...]:
    """Return all functions of the library, each plan once."""
    found: dict[Plan, LibraryFunction] = {}
    for plan in _plans():
        if plan not in found and _can_be_computed(plan):
            title = describe(plan)
            found[plan] = LibraryFunction(_identifier(plan, title), plan, title, describe(plan, "pt"))
    return tuple(found.values())


def _can_be_computed(plan: Plan) -> bool:
    try:
        render(plan)
    except Unreachable:
        return False
    return True


def _identifier(plan: Plan, title: str) -> str:
    if plan.special:
        return plan.special.name
    letters = "".join(c if c.isalnum() else "_" for c in title.casefold())
    return "_".join(part for part in letters.split("_") if part)


def _key(name: str) -> By:
    return By("time", name) if name in TIMES else By(name)  # type: ignore[arg-type]


def _plans() -> Iterator[Plan]:
    for metric in metrics().values():
        if not metric.hidden:
            yield from _of_metric(metric.name, metric.by)
    for entity, keys in _COUNTED.items():
        yield from _of_count(entity, keys)
    for quantity, keys in _SUMMED.items():
        yield from _of_quantity(quantity, keys)
    yield from (Plan(correlate=pair) for pair in _PAIRS)
    yield from _lists()
    yield from (Plan(special=Special(name)) for name in special.functions())


def _of_metric(name: str, keys: tuple[str, ...]) -> Iterator[Plan]:
    measure = measure_of(name)
    yield Plan((measure,))
    for key in keys:
        yield Plan((measure,), (_key(key),))
        if key in _RANKED:
            yield Plan((measure,), (_key(key),), order="desc", limit=10)
    if "month" in keys:
        yield Plan((measure,), (_key("month"),), transform="growth")
    additive = measure.agg == "sum" and not measure.divisor
    if additive:
        yield Plan((measure,), (_key("month"),), transform="cumulative")
        yield from (Plan((measure,), (By(key),), transform="share") for key in keys if key in fields())
        yield Plan((measure,), (_key("month"),), transform="yoy")


def _of_count(entity: str, keys: tuple[str, ...]) -> Iterator[Plan]:
    measure = count_of(entity)
    yield Plan((measure,))
    for key in keys:
        yield Plan((measure,), (_key(key),))
        if key in fields() and fields()[key].kind == "dimension":
            yield Plan((measure,), (By(key),), transform="share")
        if key in _RANKED:
            yield Plan((measure,), (By(key),), order="desc", limit=10)


def _of_quantity(quantity: str, keys: tuple[str, ...]) -> Iterator[Plan]:
    usual = aggregate_of(quantity)
    yield Plan((usual,))
    yield Plan((aggregate_of(quantity, "median"),))
    yield from (Plan((usual,), (_key(key),)) for key in keys)


def _lists() -> Iterator[Plan]:
    yield Plan(listing="products", where=(Condition("is_never_sold"),))
    yield Plan(listing="orders", where=(Condition("is_canceled"),))
    revenue = measure_of("revenue")
    yield Plan((revenue,), (By("seller_id"),), transform="reach", percent=80)
    yield Plan((revenue,), (By("product_category"),), transform="reach list", percent=80)
    yield Plan(
        (revenue,), (By("customer_state"), By("product_category")), order="desc", limit=3, within=By("customer_state")
    )
    yield Plan(
        (revenue,), (By("time", "year"), By("product_category")), order="desc", limit=3, within=By("time", "year")
    )
    yield Plan((measure_of("lead"), measure_of("deal")), (By("time", "month"),))
    yield Plan((revenue, measure_of("order")), (By("customer_state"),))
    yield Plan((replace(count_of("order"), part=(Condition("is_multi_item"),), where=(Condition("has_items"),)),))


_ = entities
