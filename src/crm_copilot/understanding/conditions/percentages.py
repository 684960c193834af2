"""Percentages that are limited: "freight above 25 % of the price", "more than 10 % of deliveries are late"."""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.library.plan import Condition, Measure, count_of, measure_of
from crm_copilot.understanding.conditions.predicates import with_base
from crm_copilot.understanding.draft import Draft

# A percentage of sums is meant where only the quantity is named.
_TOTAL = {"freight_value": "total_freight", "price": "revenue"}


def percent_target(draft: Draft, first: int, last: int) -> tuple[Measure | None, list[int]]:
    """Return the percentage that is limited and the mentions that say so."""
    sign = [last + 1] if draft.kind(last + 1) == "transform" and draft.items[last + 1].text in ("%", "percent") else []
    right = last + 1 + len(sign)
    if not draft.free(right):
        return None, []
    left = next((i for i in (first - 1, first - 2) if draft.free(i) and draft.named(i, "quantity", "metric")), None)
    if left is not None and draft.named(right, "quantity", "metric"):
        return _ratio(draft, left, right), [left, right, *sign]
    ahead = range(right + 1, min(len(draft.items), right + 4))
    predicate = next((i for i in ahead if draft.free(i) and draft.kind(i) == "predicate"), None)
    if draft.kind(right) == "predicate":
        return _share("order", draft.name(right)), [right, *sign]
    entity = draft.named(right, "entity")
    if entity and predicate is not None:
        return _share(entity, draft.name(predicate)), [right, predicate, *sign]
    return None, []


def _ratio(draft: Draft, left: int, right: int) -> Measure:
    names = [draft.named(i, "quantity", "metric") for i in (left, right)]
    above, below = (measure_of(_TOTAL.get(name, name)) for name in names)
    name = f"{above.name}_of_{below.name}"
    return replace(above, name=name, divisor=below, percent=True, unit="percent", metric=None)


def _share(entity: str, predicate: str) -> Measure:
    part = (Condition(predicate),)
    whole = count_of(entity)
    return replace(whole, name=f"{predicate[3:]}_{whole.name}", part=part, where=with_base(part))
