"""Measures put together: fewer rows, one less another, one over another; and what they are then called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from crm_copilot.catalog import metrics

if TYPE_CHECKING:
    from crm_copilot.library.plan import Condition, Measure

BASES = frozenset({"has_delivery", "has_review", "has_items"})
"""Conditions that only say which rows can be spoken of at all."""


def apart(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """Return measures each once, those of one name called by what they are limited to: orders, orders_late."""
    once = tuple(dict.fromkeys(measures))
    taken: set[str] = set()
    found = []
    for measure in once:
        shared = sum(other.column == measure.column for other in once) > 1
        measure = _called(measure) if shared else measure
        while measure.column in taken:
            measure = replace(measure, name=f"{measure.name}_2")
        taken.add(measure.column)
        found.append(measure)
    return tuple(found)


def limits_of(measure: Measure) -> str:
    """Return the conditions of a measure as part of a name, without those that belong to what it is called by."""
    usual = {*metrics()[measure.metric].where, *metrics()[measure.metric].part} if measure.metric else BASES
    own = [c for c in (*measure.where, *measure.part) if c.op != "is" or c.field not in usual]
    words = "_".join(_word(one) for condition in own for one in condition.each)
    return words[:40].strip("_")


def _word(condition: Condition) -> str:
    negated = "not_" if condition.op in ("is not", "!=", "not in") else ""
    said = condition.field.removeprefix("is_")
    if condition.op not in ("is", "is not"):
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        said = "_".join(str(value) for value in values)
    return negated + "_".join(re.findall(r"\w+", said.casefold()))


def limited(measure: Measure, conditions: tuple[Condition, ...]) -> Measure:
    """Return a measure of fewer rows: of a ratio that has a name, both sides."""
    made = replace(measure, where=(*measure.where, *conditions))
    if measure.divisor is None or not measure.metric:
        return made
    below = replace(measure.divisor, where=(*measure.divisor.where, *conditions))
    return replace(made, divisor=_called(below))


def less(measure: Measure, other: Measure) -> Measure:
    """Return what a measure is more than another."""
    one, two = apart((measure, other)) if measure != other else (measure, other)
    return replace(one, name=f"{one.name}_minus_{two.name}", minus=two)


def over(measure: Measure, other: Measure, *, percent: bool = False) -> Measure:
    """Return the ratio of two measures."""
    link, unit = ("of", "percent") if percent else ("per", None)
    one, two = _called(measure), _called(other)
    name = f"{one.name}_{link}_{two.name}"
    return replace(measure, name=name, divisor=two, percent=percent, unit=unit, metric=None)


def _called(measure: Measure) -> Measure:
    """Name a measure by what it is limited to, once."""
    own = limits_of(measure)
    return replace(measure, name=f"{measure.name}_{own}") if own and not measure.name.endswith(own) else measure
