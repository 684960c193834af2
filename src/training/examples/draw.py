"""Plans drawn at random, in the shapes in which people ask, with the parts that a question must name."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from crm_copilot.catalog import entities, fields, metrics
from crm_copilot.library.plan import (
    Agg,
    By,
    Condition,
    Having,
    Measure,
    Plan,
    aggregate_of,
    by_time,
    count_of,
    measure_of,
)
from training.examples.periods import Said, draw_period
from training.examples.values import Filter, Values

TIMES = ("month", "quarter", "year", "week", "day")
_TIME_WEIGHTS = (8, 3, 3, 1, 1)
AGGS: Mapping[Agg, float] = {
    "mean": 8, "median": 2, "max": 2, "min": 1, "sum": 2, "std": 1,
    "p90": 1, "p95": 1, "p75": 0.5, "p25": 0.5, "p99": 0.5,
}  # fmt: skip
_GENERAL = (
    *("customer_state", "customer_city", "customer_region", "product_category", "seller_state", "seller_id"),
    *("payment_type", "order_status", "weekday", "hour", "product_id", "customer_unique_id"),
)
_OF_SELLERS = frozenset({"seller"})
_OF_DEALS = frozenset({"lead", "deal"})
_SELLERS = ("seller_state", "seller_city", "seller_region")
_FUNNEL = ("origin", "business_segment", "lead_type", "lead_behaviour_profile", "business_type", "landing_page_id")
# What a share of things is called by a name of its own: the metric means the same and divides by what it should.
_NAMED_PARTS = {
    ("order", "is_late"): "late_rate", ("order", "is_on_time"): "on_time_rate",
    ("order", "is_canceled"): "cancellation_rate", ("order", "is_delivered"): "delivery_rate",
    ("order", "has_review"): "review_rate", ("review", "has_comment"): "comment_rate",
    ("review", "is_positive_review"): "positive_share", ("review", "is_negative_review"): "negative_share",
    ("customer", "is_repeat_customer"): "repeat_rate", ("customer", "is_one_time_customer"): "one_time_rate",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A measure and the phrases that name it: `kind` is "measure", "count" or "quantity"."""

    measure: Measure
    kind: str
    name: str
    agg: Agg = "mean"


@dataclass(frozen=True, slots=True)
class Draw:
    """A plan with everything that its question names."""

    shape: str
    plan: Plan
    measures: tuple[Named, ...] = ()
    keys: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    said: Said | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)


def draw_measure(rng: random.Random) -> Named:
    """Return a named metric, a count of things, or an aggregated quantity."""
    kind = rng.choices(("measure", "count", "quantity"), (4, 4, 4))[0]
    if kind == "measure":
        name = rng.choice([name for name, metric in metrics().items() if not metric.hidden])
        name = "revenue" if rng.random() < 0.25 else name
        return Named(measure_of(name), kind, name)
    if kind == "count":
        name = "order" if rng.random() < 0.35 else rng.choice([*entities()])
        return Named(count_of(name), kind, name)
    name = rng.choice([name for name, known in fields().items() if known.kind == "quantity" and name != "score"])
    agg = rng.choices(list(AGGS), list(AGGS.values()))[0]
    if rng.random() < 0.5:
        agg = cast(Agg, fields()[name].agg)
    return Named(aggregate_of(name, agg), kind, name, agg)


def draw_key(rng: random.Random, named: Named, *, times: float = 0.3) -> str:
    """Return what the measure may be grouped by."""
    if rng.random() < times:
        return rng.choices(TIMES, _TIME_WEIGHTS)[0]
    if named.name in _OF_SELLERS or "seller" in named.name:
        return rng.choice(_SELLERS)
    if named.name in _OF_DEALS or named.measure.table in ("leads", "deals"):
        return rng.choice(_FUNNEL)
    if named.name == "interaction" or named.measure.table == "interactions":
        return rng.choice(("interaction_kind", "interaction_manager", "client_name"))
    if named.name == "client" or named.measure.table == "clients":
        return rng.choice(("industry", "account_manager"))
    own = [name for name in _by_of(named) if name in fields()]
    return rng.choice(own) if own and rng.random() < 0.4 else rng.choice(_GENERAL)


def _by_of(named: Named) -> Sequence[str]:
    return metrics()[named.name].by if named.kind == "measure" else ()


def key_of(name: str) -> By:
    """Return the group key of a name of `draw_key`."""
    return by_time(name) if name in (*TIMES, "weekday", "hour") else By(name)


def draw_filters(rng: random.Random, values: Values, keys: Sequence[str], most: int = 2) -> tuple[Filter, ...]:
    """Return none, one or two conditions on fields that are not grouped by."""
    count = rng.choices((0, 1, 2), (5, 4, 1))[0]
    found: dict[str, Filter] = {}
    for _ in range(min(count, most)):
        drawn = values.draw_filter(rng)
        if drawn.condition.field not in keys:
            found[drawn.condition.field] = drawn
    return tuple(found.values())


def draw_part(rng: random.Random) -> tuple[str, str]:
    """Return a thing and a predicate that is true of some of them."""
    table = {"orders": "order", "order_items": "item", "reviews": "review", "customers": "customer"}
    predicates = [n for n, f in fields().items() if f.kind == "predicate" and (f.base or f.table) in table]
    name = rng.choice(predicates)
    known = fields()[name]
    return table[known.base or known.table], name


def part_measure(thing: str, predicate: str) -> Measure:
    """Return the share of things of which the predicate is true."""
    if metric := _NAMED_PARTS.get((thing, predicate)):
        return measure_of(metric)
    where = (Condition("has_items"),) if predicate in ("is_multi_item", "is_single_item") else ()
    return count_of(thing, where=where, part=(Condition(predicate),))


Shape = Callable[[random.Random, Values], "Draw"]


def limit(
    rng: random.Random, values: Values, made: Draw, *, period: float = 0.5, filtered: bool = True
) -> Draw:  # fmt: skip
    """Add conditions and a period to what was drawn."""
    filters = draw_filters(rng, values, made.keys) if filtered else ()
    said = draw_period(rng, values.first, values.last) if rng.random() < period else None
    where = (*made.plan.where, *(f.condition for f in filters))
    periods = (said.period,) if said else made.plan.periods
    return replace(made, plan=made.plan.but(where=where, periods=periods), filters=filters, said=said)


def _grouped(rng: random.Random, *, times: float = 0.3, count: int = 1) -> tuple[Named, list[str]]:
    named = draw_measure(rng)
    keys: list[str] = []
    while len(keys) < count:
        key = draw_key(rng, named, times=times if not keys else 0.15)
        keys += [key] if key not in keys else []
    return named, keys


def _by(keys: Sequence[str]) -> tuple[By, ...]:
    return tuple(map(key_of, keys))


def _scalar(rng: random.Random, values: Values) -> Draw:
    named = draw_measure(rng)
    return limit(rng, values, Draw("", Plan((named.measure,)), (named,)))


def _breakdown(rng: random.Random, values: Values, count: int = 1) -> Draw:
    named, keys = _grouped(rng, times=0.35, count=count)
    return limit(rng, values, Draw("", Plan((named.measure,), _by(keys)), (named,), tuple(keys)))


def _two_keys(rng: random.Random, values: Values) -> Draw:
    return _breakdown(rng, values, 2)


def _ranking(order: str, single: bool) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        named, keys = _grouped(rng, times=0.3 if single else 0.1)
        k = 1 if single else rng.choice((3, 3, 5, 5, 5, 10, 10, 2, 4, 6, 7, 8, 15, 20))
        plan = Plan((named.measure,), _by(keys), order=cast(Any, order), limit=k)
        return limit(rng, values, Draw("", plan, (named,), tuple(keys), slots={"k": k}))

    return shape


def _ranked(rng: random.Random, values: Values) -> Draw:
    named, keys = _grouped(rng, times=0)
    return limit(rng, values, Draw("", Plan((named.measure,), _by(keys), order="desc"), (named,), tuple(keys)))


def _along(transform: str) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        named = draw_measure(rng)
        key = rng.choice(("month", "month", "quarter", "year", "week"))
        if transform == "yoy":
            key = rng.choice(("month", "month", "quarter", "year"))
        plan = Plan((named.measure,), (by_time(key),), transform=cast(Any, transform))
        return limit(rng, values, Draw("", plan, (named,), (key,)))

    return shape


def draw_additive(rng: random.Random) -> Named:
    """Return a measure that can be summed up again."""
    while True:
        named = draw_measure(rng)
        if named.measure.agg in ("sum", "count", "nunique") and not (named.measure.part or named.measure.divisor):
            return named


def _share(rng: random.Random, values: Values) -> Draw:
    named = draw_additive(rng)
    key = draw_key(rng, named, times=0)
    plan = Plan((named.measure,), (key_of(key),), transform="share")
    return limit(rng, values, Draw("", plan, (named,), (key,)))


def _value_share(rng: random.Random, values: Values) -> Draw:
    named, part = draw_additive(rng), values.draw_filter(rng)
    plan = Plan((replace(named.measure, part=(part.condition,)),))
    made = limit(rng, values, Draw("", plan, (named,), (part.condition.field,)))
    return replace(made, filters=(part, *made.filters), slots={"own": 1})


def _part(rng: random.Random, values: Values) -> Draw:
    thing, predicate = draw_part(rng)
    named = Named(part_measure(thing, predicate), "count", thing)
    made = Draw("", Plan((named.measure,)), (named,), (), slots={"predicate": predicate})
    return limit(rng, values, made)


def _part_by(rng: random.Random, values: Values) -> Draw:
    made = _part(rng, values)
    key = draw_key(rng, Named(count_of(made.measures[0].name), "count", made.measures[0].name))
    kept = tuple(f for f in made.filters if f.condition.field != key)
    plan = made.plan.but(by=(key_of(key),), where=tuple(f.condition for f in kept))
    return replace(made, plan=plan, keys=(key,), filters=kept)


def _periods(transform: str | None) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        named = draw_measure(rng)
        first, second = sorted((values.draw_span(rng) for _ in range(2)), key=lambda said: said.period.start)
        if first.kind != second.kind or first.period == second.period:
            return shape(rng, values)
        filters = draw_filters(rng, values, (), 1)
        plan = Plan(
            (named.measure,), (By("period"),), tuple(f.condition for f in filters), (first.period, second.period),
            transform=cast(Any, transform),
        )  # fmt: skip
        return Draw("", plan, (named,), (), filters, slots={"p1": first, "p2": second})

    return shape


def _versus(rng: random.Random, values: Values) -> Draw:
    named = draw_measure(rng)
    name, pair = values.draw_pair(rng)
    both = Condition(name, "in", pair)
    said = draw_period(rng, values.first, values.last) if rng.random() < 0.4 else None
    plan = Plan((named.measure,), (By(name),), (both,), (said.period,) if said else ())
    return Draw("", plan, (named,), (name,), (), said, {"a": pair[0], "b": pair[1]})


def _within(single: bool) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        named = draw_measure(rng)
        outer = rng.choice(("customer_state", "year", "quarter", "month", "customer_region", "seller_state"))
        inner = rng.choice(("product_category", "customer_city", "seller_id", "product_id", "payment_type"))
        k = 1 if single else rng.choice((2, 3, 3, 5))
        by = (key_of(outer), key_of(inner))
        plan = Plan((named.measure,), by, order="desc", limit=k, within=by[0])
        return limit(rng, values, Draw("", plan, (named,), (outer, inner), slots={"k": k}), period=0.3)

    return shape


def _multi(rng: random.Random, values: Values) -> Draw:
    (named, keys), other = _grouped(rng, times=0.4), draw_measure(rng)
    plan = Plan((named.measure, other.measure), _by(keys))
    return limit(rng, values, Draw("", plan, (named, other), tuple(keys)))


def _having(listed: bool, counted: bool) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        key = rng.choice(("customer_unique_id", "seller_id", "product_id", "product_category", "customer_city"))
        named = draw_measure(rng)
        while (named.kind == "count") != counted:
            named = draw_measure(rng)
        op = rng.choice((">", ">", ">=", ">=", "<", "=="))
        n = rng.choice((1, 2, 3, 5, 10, 20, 50, 100, 500, 1000)) if op != "==" else rng.choice((1, 2, 3))
        having = (Having(key, named.measure, cast(Any, op), n),)
        plan = Plan((named.measure,), (By(key),), having=having, order="desc")
        if not listed:
            plan = Plan((count_of(thing_of(key)),), having=having)
        made = Draw("", plan, (named,), (key,), slots={"op": op, "n": n})
        return limit(rng, values, made, period=0.3)

    return shape


def thing_of(key: str) -> str:
    """Return the thing of which a field is the key."""
    return next(entity.name for entity in entities().values() if entity.key == key)


def _reduce(rng: random.Random, values: Values) -> Draw:
    named = draw_additive(rng)
    key = rng.choice(("month", "month", "day", "week", "quarter", "year"))
    plan = Plan((named.measure,), (by_time(key),), reduce="mean")
    return limit(rng, values, Draw("", plan, (named,), (key,)))


def _correlate(rng: random.Random, values: Values) -> Draw:
    names = [n for n, f in fields().items() if f.kind == "quantity" and f.table in ("orders", "order_items", "reviews")]
    first, second = rng.sample(names, 2)
    made = Draw("", Plan(correlate=(first, second)), slots={"q1": first, "q2": second})
    return limit(rng, values, made, period=0.2)


def _reach(rng: random.Random, values: Values) -> Draw:
    named, key = draw_additive(rng), rng.choice(("seller_id", "product_category", "product_id", "customer_city"))
    percent = rng.choice((80, 80, 50, 90))
    plan = Plan((named.measure,), (By(key),), transform="reach", percent=percent)
    return limit(rng, values, Draw("", plan, (named,), (key,), slots={"p": percent}), period=0.2)


def _top_share(rng: random.Random, values: Values) -> Draw:
    named, key = draw_additive(rng), rng.choice(("seller_id", "product_category", "product_id", "customer_city"))
    k = rng.choice((3, 5, 10, 20))
    plan = Plan((named.measure,), (By(key),), transform="top share", limit=k)
    return limit(rng, values, Draw("", plan, (named,), (key,), slots={"k": k}), period=0.2)


def _list(rng: random.Random, values: Values) -> Draw:
    thing = rng.choice(("order", "product", "review", "seller"))
    made = Draw("", Plan(listing=entities()[thing].table), (Named(count_of(thing), "count", thing),))
    while not made.filters:
        made = limit(rng, values, made, period=0.3)
    return made


SINGLE: Mapping[str, tuple[float, Shape]] = {
    "scalar": (20, _scalar), "by": (15, _breakdown), "by2": (3, _two_keys), "top": (9, _ranking("desc", False)),
    "top1": (8, _ranking("desc", True)), "bottom": (3, _ranking("asc", False)), "bottom1": (3, _ranking("asc", True)),
    "ranked": (2, _ranked), "growth": (3, _along("growth")), "yoy": (2, _along("yoy")),
    "cumulative": (2, _along("cumulative")), "share": (4, _share), "valueshare": (3, _value_share), "part": (6, _part),
    "part_by": (3, _part_by), "compare": (3, _periods(None)), "change": (3, _periods("growth")),
    "versus": (3, _versus), "within": (2, _within(False)), "within1": (2, _within(True)), "multi": (3, _multi),
    "having_count": (1.5, _having(False, False)), "having_count_of": (2, _having(False, True)),
    "having_list": (1.5, _having(True, False)), "having_list_of": (2, _having(True, True)), "reduce": (2, _reduce),
    "correlate": (1.5, _correlate), "reach": (1, _reach), "topshare": (1, _top_share), "list": (2, _list),
}  # fmt: skip
