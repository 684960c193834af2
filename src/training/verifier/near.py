"""Near misses of a plan: what a misreading leaves out, adds or swaps.

Each change takes a plan and returns another, or None where it does not apply. They are those that wrong answers were
found to have: a limit that was lost, the other date, the wrong average, a condition on the seller's side.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from crm_copilot.catalog import fields, metrics
from crm_copilot.domain import Period
from crm_copilot.library.calendar import period_label
from crm_copilot.library.plan import Agg, By, Condition, Measure, Plan, aggregate_of, by_time, count_of, measure_of
from training.examples.draw import draw_measure
from training.examples.values import Values

_T = TypeVar("_T")
Change = Callable[[Plan, random.Random, Values], Plan | None]
_TWICE = 0.2  # of the near misses differ in two things
_TRIES = 20
_SWAPS: Mapping[str, tuple[str, ...]] = {
    "customer_state": ("seller_state", "customer_city", "customer_region"),
    "customer_city": ("seller_city", "customer_state"), "seller_city": ("customer_city", "seller_state"),
    "seller_state": ("customer_state", "seller_city", "seller_id"), "payment_type": ("order_status",),
    "product_category": ("product_id", "seller_id"), "product_id": ("product_category", "seller_id"),
    "seller_id": ("product_id", "seller_state", "seller_city"), "order_status": ("payment_type",),
    "customer_unique_id": ("customer_city", "order_id"),
}  # fmt: skip
_GRAINS = ("day", "week", "month", "quarter", "year", "weekday", "hour", "month of year")
_AGGS: tuple[Agg, ...] = ("mean", "median", "max", "min", "sum")
_COUNTED = ("order", "item", "product", "seller", "customer", "payment", "review")
_PREDICATES = (
    "is_late", "is_delivered", "is_canceled", "is_on_time", "has_review", "is_repeat_customer", "is_negative_review",
    "is_positive_review",
)  # fmt: skip
_LIMITS = (1, 3, 5, 10, 15, 20)


def near_miss(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    """Return the plan with one thing changed, or two; None when nothing can be."""
    for _ in range(_TRIES):
        changed = rng.choices(_CHANGES, _WEIGHTS)[0](plan, rng, values)
        if changed is None or changed == plan:
            continue
        if rng.random() < _TWICE:
            changed = rng.choices(_CHANGES, _WEIGHTS)[0](changed, rng, values) or changed
        return changed if changed != plan else None
    return None


# ------------------------------------------------------------------------------------------------------ conditions


def _condition_lost(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    return plan.but(where=_without(plan.where, rng)) if plan.where else None


def _condition_added(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    return plan.but(where=(*plan.where, Condition(rng.choice(_PREDICATES))))


def _condition_changed(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if not plan.where:
        return None
    place = rng.randrange(len(plan.where))
    other = _other_condition(plan.where[place], rng, values)
    return plan.but(where=_replaced(plan.where, place, other)) if other else None


def _other_condition(condition: Condition, rng: random.Random, values: Values) -> Condition | None:
    if condition.op in ("is", "is not"):
        return replace(condition, op="is not" if condition.op == "is" else "is")
    if isinstance(condition.value, (int, float)):
        return replace(condition, value=condition.value * 2 + 1)
    twins = [name for name in _SWAPS.get(condition.field, ()) if name.split("_")[-1] == condition.field.split("_")[-1]]
    if twins and rng.random() < 0.4:
        return replace(condition, field=twins[0])
    if condition.op == "==" and condition.field in values.counts:
        return replace(condition, value=values.draw(rng, condition.field))
    return None


def _share_lost(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    """Limit to what the share was of: a percentage becomes a count."""
    if not any(measure.part for measure in plan.measures):
        return None
    plain = tuple(replace(m, part=(), metric=None, percent=False, unit="count") for m in plan.measures)
    parts = (condition for measure in plan.measures for condition in measure.part)
    return plan.but(measures=plain, where=tuple(dict.fromkeys((*plan.where, *parts))))


def _having_changed(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if not plan.having or rng.random() < 0.5:
        return plan.but(having=_without(plan.having, rng)) if plan.having else None
    first = plan.having[0]
    if isinstance(first.value, (int, float)) and rng.random() < 0.5:
        return plan.but(having=(replace(first, value=first.value * 2 + 1), *plan.having[1:]))
    other = replace(first, part=False) if first.part else replace(first, without=not first.without)
    return plan.but(having=(other, *plan.having[1:]))


# ---------------------------------------------------------------------------------------------------------- periods


def _period_lost(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    return plan.but(periods=_without(plan.periods, rng)) if plan.periods else None


def _period_moved(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if not plan.periods:
        return None
    place = rng.randrange(len(plan.periods))
    old = plan.periods[place]
    other = rng.choice((_a_year_off(old, rng), _period(date(old.start.year, 1, 1), date(old.start.year + 1, 1, 1))))
    return plan.but(periods=_replaced(plan.periods, place, other)) if other.start != old.start else None


def _period_added(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if plan.periods:
        return None
    year, month = rng.choice((2017, 2018)), rng.randint(1, 12)
    first = date(year, month, 1)
    whole = rng.random() < 0.6
    ends = (date(year, 1, 1), date(year + 1, 1, 1)) if whole else (first, (first + timedelta(32)).replace(day=1))
    return plan.but(periods=(_period(*ends),))


def _a_year_off(period: Period, rng: random.Random) -> Period:
    years = timedelta(365 * rng.choice((-1, 1)))
    return _period(period.start + years, period.end + years)


def _period(start: date, end: date) -> Period:
    return Period(start, end, period_label(start, end))


# --------------------------------------------------------------------------------------------------- keys and ranking


def _key_lost(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    left = _without(plan.by, rng) if plan.by else ()
    if not plan.by or left:
        return plan.but(by=left, within=None) if plan.by else None
    return plan.but(by=(), limit=None, order=None, transform=None, within=None, reduce=None)


def _key_added(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    key = rng.choice((by_time(rng.choice(_GRAINS)), By(rng.choice([*_SWAPS]))))
    return plan.but(by=(*plan.by, key)) if key not in plan.by and len(plan.by) < 3 else None


def _key_changed(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if not plan.by:
        return None
    place = rng.randrange(len(plan.by))
    key = plan.by[place]
    other = by_time(rng.choice(_GRAINS)) if key.grain else By(rng.choice(_SWAPS.get(key.field, ("order_status",))))
    return plan.but(by=_replaced(plan.by, place, other))


def _limit_changed(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if plan.limit:
        return plan.but(limit=rng.choice((None, *_LIMITS)))
    ranked = plan.by and not plan.transform and not plan.reduce
    return plan.but(limit=rng.choice(_LIMITS), order=plan.order or "desc") if ranked else None


def _turned_round(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    return plan.but(order="asc" if plan.order == "desc" else "desc") if plan.by and plan.order else None


def _shape_lost(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if not (plan.transform or plan.reduce or plan.within):
        return None
    return plan.but(transform=None, reduce=None, within=None, show=())


def _shape_added(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if len(plan.by) != 1 or plan.transform or plan.reduce:
        return None
    return plan.but(transform=rng.choice(("share", "growth", "cumulative")) if plan.by[0].is_time else "share")


# ---------------------------------------------------------------------------------------------------------- measures


def _measure_lost(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    return plan.but(measures=_without(plan.measures, rng)) if len(plan.measures) > 1 else None


def _measure_added(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if not plan.measures or len(plan.measures) > 2 or plan.transform or plan.reduce:
        return None
    return plan.but(measures=(*plan.measures, _other_measure(plan.measures[0], rng)))


def _measure_changed(plan: Plan, rng: random.Random, values: Values) -> Plan | None:
    if not plan.measures:
        return None
    place = rng.randrange(len(plan.measures))
    return plan.but(measures=_replaced(plan.measures, place, _other_measure(plan.measures[place], rng)))


def _other_measure(measure: Measure, rng: random.Random) -> Measure:
    """Return another aggregation of the same, another number of the same table, a count, or any."""
    if measure.field in fields() and measure.agg in _AGGS and rng.random() < 0.4:
        return aggregate_of(measure.field, rng.choice([agg for agg in _AGGS if agg != measure.agg]))
    if measure.part and not measure.metric and rng.random() < 0.5:
        return replace(measure, part=(), name=measure.name.removesuffix("_pct"))
    same = [name for name, m in metrics().items() if m.table == measure.table and not m.hidden]
    if same and rng.random() < 0.6:
        return measure_of(rng.choice(same))
    return count_of(rng.choice(_COUNTED)) if rng.random() < 0.5 else draw_measure(rng).measure


def _without(parts: tuple[_T, ...], rng: random.Random) -> tuple[_T, ...]:
    lost = rng.randrange(len(parts))
    return parts[:lost] + parts[lost + 1 :]


def _replaced(parts: tuple[_T, ...], place: int, other: _T) -> tuple[_T, ...]:
    return (*parts[:place], other, *parts[place + 1 :])


_WEIGHED: Mapping[Change, float] = {
    _condition_lost: 3, _condition_added: 1, _condition_changed: 3, _share_lost: 2, _having_changed: 3, _period_lost: 2,
    _period_moved: 3, _period_added: 1, _key_lost: 2, _key_added: 1, _key_changed: 3, _limit_changed: 3,
    _turned_round: 1, _shape_lost: 3, _shape_added: 1, _measure_lost: 3, _measure_added: 1, _measure_changed: 5,
}  # fmt: skip
_CHANGES, _WEIGHTS = [*_WEIGHED], [*_WEIGHED.values()]
