"""Another aggregation of what was measured: "median instead", "and the maximum?", "in total and not on average"."""

from __future__ import annotations

import re
from typing import cast

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Agg, Measure, Plan, measure_of
from crm_copilot.understanding.followup.fragment import Fragment
from crm_copilot.understanding.measures.adding import aggregated

_IN_PLACE_OF = re.compile(r"\b(?:instead of|rather than|and not|not|em vez d[aeo]|ao inves d[aeo]|e nao)\b")
# What a metric aggregates: its median is that of this quantity.
_QUANTITIES = {"aov": "order_value", "revenue": "order_value", "total_freight": "freight_value"}
_EXTREMES = {"highest": "max", "largest": "max", "biggest": "max", "lowest": "min", "smallest": "min"}


def other_aggregate(fragment: Fragment, plan: Plan) -> Plan:
    """Return the plan with another aggregation of its measure, where the fragment names one and no measure."""
    draft, before = fragment.draft, fragment.before
    named = _named(fragment)
    if named is None or draft.measures or len(before.measures) != 1:
        return plan
    measure = _as(before.measures[0], named)
    if measure is None:
        return plan
    for index in draft.indices("agg"):
        draft.use(index, "agg")
    return plan.but(measures=(*before.measures, measure) if fragment.also else (measure,))


def _named(fragment: Fragment) -> Agg | None:
    """Return the one aggregation that is asked for, leaving out the one that it takes the place of."""
    draft = fragment.draft
    aggs = [i for i, item in enumerate(draft.items) if item.kind == "agg" and item.name != "count"]
    kept = [i for i in aggs if not _IN_PLACE_OF.search(_words_before(fragment, i))]
    return cast(Agg, draft.name(kept[0])) if len(kept) == 1 else None


def _words_before(fragment: Fragment, index: int) -> str:
    return " ".join(fragment.draft.before(index, 4))


def _as(measure: Measure, agg: Agg) -> Measure | None:
    """Return a measure with another aggregation; None for what is counted, and where it is that already."""
    if agg == "sum" and (measure.agg == "sum" or measure.entity):
        return None
    if measure.metric == "aov" and agg == "sum":
        return measure_of("revenue")
    name = _QUANTITIES.get(measure.metric or "", measure.field)
    if measure.entity or measure.is_percent or name not in fields() or fields()[name].kind != "quantity":
        return None
    found = aggregated(name, agg)
    return None if found == measure else found


def of_the_same_kind(fragment: Fragment, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Read "and freight?" after a sum of money as the sum of the freight, where no aggregation is named."""
    before = fragment.before.measures
    total = bool(before) and before[0].agg == "sum" and before[0].divisor is None
    if not total or any(item.kind == "agg" or item.data.get("agg") for item in fragment.draft.items):
        return measures
    return tuple(_summed(measure) for measure in measures)


def _summed(measure: Measure) -> Measure:
    plain = measure.metric is None and measure.agg == "mean" and measure.unit == "BRL" and not measure.where
    return aggregated(measure.field, "sum") if plain else measure
