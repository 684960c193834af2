"""Draws about groups: held against each other, limited row by row, told twice, set against each other, left out."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from crm_copilot.catalog import fields
from crm_copilot.library.combining import less, limited, over
from crm_copilot.library.plan import (
    EACH,
    Bar,
    By,
    Condition,
    Having,
    Measure,
    Plan,
    aggregate_of,
    by_time,
    count_of,
    distinct_of,
)
from training.examples.draw import (
    Draw,
    Named,
    Shape,
    draw_additive,
    draw_key,
    draw_measure,
    draw_part,
    key_of,
    limit,
    thing_of,
)
from training.examples.values import Values

_GROUPS = ("customer_unique_id", "seller_id", "seller_id", "product_id", "product_category", "customer_city")
_STRETCHES = ("month", "month", "day", "week", "quarter")
_PAIRS = ("product_category", "customer_state", "seller_state", "payment_type", "customer_city", "customer_region")
_COUNTED = ("order", "item", "customer", "review", "seller")


def _bar(listed: bool) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        key, named = rng.choice((*_GROUPS, "customer_state")), draw_measure(rng)
        bar, said = _bar_for(rng, named.measure)
        op = rng.choice((">", ">", "<"))
        having = (Having(key, named.measure, cast(Any, op), bar),)
        listing = Plan((named.measure,), (By(key),), having=having, order="desc")
        counting = Plan((_counted(key),), having=having)
        slots = {"bar": f"{'over' if op == '>' else 'under'}_{said}"}
        return limit(rng, values, Draw("", listing if listed else counting, (named,), (key,), slots=slots), period=0.3)

    return shape


def _bar_for(rng: random.Random, measure: Measure) -> tuple[Bar, str]:
    """Return what groups are held against and how it is said: a bare average of averages is that of all rows."""
    additive = measure.agg in ("sum", "count", "nunique") and not measure.part and measure.divisor is None
    said = rng.choice(("mean", "mean", "peer", "median", "overall" if not additive else "mean"))
    if said == "median":
        return "median", said
    return ("mean" if additive or said == "peer" else "overall"), said


def _counted(key: str) -> Measure:
    return count_of(thing_of(key))


def _stretch(counted: bool) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        named = draw_measure(rng)
        while (named.kind == "count") != counted:
            named = draw_measure(rng)
        key, (op, n) = rng.choice(_STRETCHES), _over(rng)
        having = (Having(EACH, named.measure, cast(Any, op), n),)
        plan = Plan((named.measure,), (by_time(key),), having=having)
        return limit(rng, values, Draw("", plan, (named,), (key,), slots={"op": op, "n": n}), period=0.4)

    return shape


def _over(rng: random.Random) -> tuple[str, int]:
    return rng.choice((">", ">", ">=", ">=", "<")), rng.choice((10, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000))


def _paired(listed: bool) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        thing, keys, (op, n) = rng.choice(_COUNTED), rng.sample(_PAIRS, 2), _over(rng)
        named = Named(count_of(thing), "count", thing)
        having = (Having(EACH, named.measure, cast(Any, op), n),)
        plan = Plan((named.measure,), (By(keys[0]), By(keys[1])), having=having, order="desc")
        plan = plan if listed else plan.but(order=None, transform="number")
        return limit(rng, values, Draw("", plan, (named,), tuple(keys), slots={"op": op, "n": n}), period=0.3)

    return shape


def _twice(rng: random.Random, values: Values) -> Draw:
    thing, predicate = draw_part(rng)
    if rng.random() < 0.2:
        thing, predicate = "lead", "is_closed"
    named = Named(count_of(thing), "count", thing)
    key = draw_key(rng, named, times=0.4)
    both = (named.measure, limited(named.measure, (Condition(predicate),)))
    made = Draw("", Plan(both, (key_of(key),)), (named,), (key,), slots={"predicate": predicate})
    return limit(rng, values, made, period=0.3)


def _against(ratio: bool) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        named = draw_measure(rng)
        while ratio and (named.measure.divisor or named.measure.part):
            named = draw_measure(rng)
        name, pair = values.draw_pair(rng)
        one, other = (limited(named.measure, (Condition(name, "==", value),)) for value in pair)
        plan = Plan((over(one, other) if ratio else less(one, other),))
        made = Draw("", plan, (named,), (name,), slots={"a": pair[0], "b": pair[1]})
        kept = limit(rng, values, made, period=0.4)
        return replace(kept, plan=kept.plan.but(where=()), filters=())

    return shape


def _gap(rng: random.Random, values: Values) -> Draw:
    days = [n for n, f in fields().items() if f.kind == "quantity" and f.unit in ("days", "BRL") and f.agg == "mean"]
    first = rng.choice([n for n in days if fields()[n].table == "orders"])
    second = rng.choice([n for n in days if fields()[n].unit == fields()[first].unit and n != first])
    pair = tuple(Named(aggregate_of(name, "mean"), "quantity", name, "mean") for name in (first, second))
    key = draw_key(rng, pair[0], times=0.4)
    plan = Plan((less(pair[0].measure, pair[1].measure),), (key_of(key),))
    return limit(rng, values, Draw("", plan, pair, (key,)), period=0.3)


def _either(rng: random.Random, values: Values) -> Draw:
    thing, first = draw_part(rng)
    _, second = draw_part(rng)
    while second == first or fields()[second].table != fields()[first].table:
        thing, first = draw_part(rng)
        _, second = draw_part(rng)
    named = Named(count_of(thing), "count", thing)
    where = (Condition(first, others=(Condition(second),)),)
    made = Draw("", Plan((named.measure,), where=where), (named,), slots={"predicate": first, "predicate2": second})
    return limit(rng, values, made, period=0.4)


def _left_out(listed: bool) -> Shape:
    def shape(rng: random.Random, values: Values) -> Draw:
        name = rng.choice(("product_category", "product_category", "payment_type"))
        first, second = values.draw(rng, name), values.draw(rng, name)
        if first == second:
            return shape(rng, values)
        one, other = Condition(name, "==", first), Condition(name, "==", second)
        rest = (Having("customer_unique_id", limited(count_of("order"), (other,)), ">", 0, without=True),)
        plan = Plan((limited(count_of("customer"), (one,)),), having=rest)
        if listed:
            plan = Plan((limited(count_of("order"), (one,)),), (By("customer_unique_id"),), having=rest)
        slots = {"a": first, "b": second, "did": name}
        return limit(rng, values, Draw("", plan, (), (name,), slots=slots), period=0.2, filtered=False)

    return shape


def _gone(rng: random.Random, values: Values) -> Draw:
    """Sellers or customers of one stretch of time that are not there in another."""
    thing, key = rng.choice((("seller", "seller_id"), ("customer", "customer_unique_id")))
    first, second = values.draw_span(rng), values.draw_span(rng)
    if first.kind != second.kind or first.period == second.period:
        return _gone(rng, values)
    rest = (Having(key, count_of("order"), ">", 0, period=second.period, without=True),)
    plan = Plan((count_of(thing),), periods=(first.period,), having=rest)
    return Draw("", plan, (Named(count_of(thing), "count", thing),), slots={"p1": first, "p2": second})


def _always(rng: random.Random, values: Values) -> Draw:
    key = rng.choice(("seller_id", "product_category", "customer_state", "customer_city", "product_id"))
    said = values.draw_span(rng)
    while said.kind == "month":
        said = values.draw_span(rng)
    months = distinct_of("purchase_month")
    plan = Plan((months,), (By(key),), periods=(said.period,), having=(Having(key, months, ">=", "overall"),))
    return Draw("", plan.but(order="desc"), (), (key,), (), said)


def _placed(rng: random.Random, values: Values) -> Draw:
    named = draw_measure(rng) if rng.random() < 0.5 else draw_additive(rng)
    name, (value, _) = values.draw_pair(rng)
    plan = Plan((named.measure,), (By(name),), transform="rank", show=(Condition(name, "==", value),))
    made = Draw("", plan, (named,), (name,), slots={"a": value})
    return limit(rng, values, made, period=0.4, filtered=False)


GROUPS: Mapping[str, tuple[float, Shape]] = {
    "bar_list": (2, _bar(True)), "bar_count": (1.5, _bar(False)), "each_list": (1, _stretch(False)),
    "each_list_of": (1.5, _stretch(True)), "pair_list": (1.5, _paired(True)), "pair_count": (0.7, _paired(False)),
    "twice": (2, _twice), "ratio": (1, _against(True)), "difference": (1, _against(False)), "gap": (1, _gap),
    "either": (1.5, _either), "left_out": (1, _left_out(True)), "left_out_count": (1, _left_out(False)),
    "gone": (1, _gone), "always": (0.8, _always), "placed": (1.5, _placed),
}  # fmt: skip
