"""The library: every verified function, as a plan with a name and the words it answers to.

They are made from the catalog and `functions.toml`: each metric by the fields it is asked for, each thing counted,
each quantity summed up, in the shapes that people ask for; and the special functions. A test renders every one and
compares it with an independent computation in SQL.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from crm_copilot.catalog import fields, metrics
from crm_copilot.library import special
from crm_copilot.library.describe import describe
from crm_copilot.library.plan import By, Condition, Plan, Special, aggregate_of, by_time, count_of, measure_of
from crm_copilot.library.render import render, why_not

_TIMES = ("day", "week", "month", "quarter", "year", "weekday", "hour")
# Fields with so many values that the first of them are a function of their own.
_RANKED = frozenset(
    "product_category customer_state customer_city seller_id product_id customer_unique_id seller_state"
    " seller_city".split()
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
        if plan not in found and why_not(plan) is None:
            title = describe(plan)
            found[plan] = LibraryFunction(_identifier(plan, title), plan, title, describe(plan, "pt"))
    return tuple(found.values())


def _identifier(plan: Plan, title: str) -> str:
    if plan.special:
        return plan.special.name
    letters = "".join(c if c.isalnum() else "_" for c in title.casefold())
    return "_".join(part for part in letters.split("_") if part)


def _key(name: str) -> By:
    return by_time(name) if name in _TIMES else By(name)


def _plans() -> Iterator[Plan]:
    for metric in metrics().values():
        if not metric.hidden:
            yield from _of_metric(metric.name, metric.by)
    shipped = tomllib.loads((files(__package__) / "functions.toml").read_text("utf-8"))
    for entity, keys in shipped["counted"].items():
        yield from _of_count(entity, keys)
    for quantity, keys in shipped["summed"].items():
        yield from _of_quantity(quantity, keys)
    yield from (Plan(correlate=(first, second)) for first, second in shipped["pairs"])
    yield from _lists()
    yield from (Plan(special=Special(name)) for name in special.functions())


def _of_metric(name: str, keys: Sequence[str]) -> Iterator[Plan]:
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


def _of_count(entity: str, keys: Sequence[str]) -> Iterator[Plan]:
    measure = count_of(entity)
    yield Plan((measure,))
    for key in keys:
        yield Plan((measure,), (_key(key),))
        if key in fields() and fields()[key].kind == "dimension":
            yield Plan((measure,), (By(key),), transform="share")
        if key in _RANKED:
            yield Plan((measure,), (By(key),), order="desc", limit=10)


def _of_quantity(quantity: str, keys: Sequence[str]) -> Iterator[Plan]:
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
    for inner in (By("customer_state"), by_time("year")):
        yield Plan((revenue,), (inner, By("product_category")), order="desc", limit=3, within=inner)
    yield Plan((measure_of("lead"), measure_of("deal")), (By("time", "month"),))
    yield Plan((revenue, measure_of("order")), (By("customer_state"),))
    yield Plan((replace(count_of("order"), part=(Condition("is_multi_item"),), where=(Condition("has_items"),)),))
