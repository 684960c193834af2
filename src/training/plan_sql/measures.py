"""One measure over its keys as a query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm_copilot.library.plan import By, Measure
from training.plan_sql.conditions import Scope
from training.plan_sql.labels import quoted
from training.plan_sql.places import base_of
from training.plan_sql.rows import Rows

QUANTILES = {"p25": 0.25, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
ADDITIVE = frozenset({"count", "nunique", "sum"})


def measured_by(measure: Measure, keys: Sequence[By], scope: Scope) -> str:
    """Return the query of one measure: the keys and its column."""
    if measure.minus:
        return _difference(measure, measure.minus, keys, scope)
    whole = _aggregate(measure, keys, scope)
    if measure.divisor is None:
        return whole
    names, column = names_of(keys), quoted(measure.column)
    above = f"coalesce(a.{column}, 0)" if measure.agg in ADDITIVE else f"a.{column}"
    below = f"nullif(b.{quoted(measure.divisor.column)}, 0)"
    ratio = f"{100.0 if measure.percent else 1.0} * {above} / {below} as {column}"
    other = join_of(f"({measured_by(measure.divisor, keys, scope)}) as b", names)
    return f"select {listed(names, ratio)} from ({whole}) as a {other}"


def _difference(measure: Measure, other: Measure, keys: Sequence[By], scope: Scope) -> str:
    """Return the query of one measure less another, of a group that lacks either 0 of what is counted."""
    names = names_of(keys)
    one, two = (
        f"coalesce({side}.{quoted(m.column)}, 0)" if counts(m) else f"{side}.{quoted(m.column)}"
        for side, m in (("a", measure.whole), ("b", other))
    )
    joined = join_of(f"({measured_by(other, keys, scope)}) as b", names)
    found = f"{one} - {two} as {quoted(measure.column)}"
    return f"select {listed(names, found)} from ({measured_by(measure.whole, keys, scope)}) as a {joined}"


def _aggregate(measure: Measure, keys: Sequence[By], scope: Scope) -> str:
    rows = Rows(base_of(measure, keys, scope), replace(scope, tests=(*scope.tests, *measure.where)))
    for key in keys:
        rows.group(key)
    if measure.field != "*":
        rows.add("value", rows.value(measure.field))
    parts = (*measure.part, *scope.parts)
    for test in parts:
        rows.mark(test)
    value = "*" if measure.field == "*" else "value"
    found = aggregated(measure.agg, value)
    if parts:
        found = f"100.0 * {aggregated(measure.agg, value, ' filter (where part)')} / nullif({found}, 0)"
    names, column = names_of(keys), quoted(measure.column)
    return f"select {listed(names, f'{found} as {column}')} from ({rows.text()}){group_by(names)}"


def aggregated(agg: str, value: str, limited: str = "") -> str:
    """Return the aggregation of an expression; the sum of nothing is 0."""
    if agg in QUANTILES:
        return f"quantile_cont({value}, {QUANTILES[agg]}){limited}"
    if agg == "sum":
        return f"coalesce(sum({value}){limited}, 0)"
    if agg == "nunique":
        return f"count(distinct {value}){limited}"
    return f"{ {'mean': 'avg', 'std': 'stddev_samp'}.get(agg, agg) }({value}){limited}"


def counts(measure: Measure) -> bool:
    """Whether a group without rows has 0 of the measure, and not nothing."""
    if measure.minus:
        return counts(measure.whole) and counts(measure.minus)
    return measure.agg in ADDITIVE and not measure.part and measure.divisor is None


def names_of(keys: Iterable[By]) -> list[str]:
    """Return the columns of keys."""
    return [quoted(key.name) for key in keys]


def listed(names: Iterable[str], *more: str) -> str:
    """Return what follows SELECT."""
    return ", ".join((*names, *more))


def group_by(names: Sequence[str]) -> str:
    """Return the clause that groups by columns, "" for none."""
    return f" group by {', '.join(names)}" if names else ""


def join_of(other: str, names: Sequence[str]) -> str:
    """Return the join that keeps the groups of both sides."""
    return f"full join {other} using ({', '.join(names)})" if names else f"cross join {other}"
