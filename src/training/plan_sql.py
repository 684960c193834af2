"""A plan as one DuckDB query, written from what plans mean: the check on every function the product ships.

    >>> to_sql(Plan((measure_of("revenue"),), by=(By("time", "month"),)))

An aggregation goes through stages, each a common table expression that reads the one before:

    measured   every measure over the same keys, joined; counts and sums of nothing are 0
    kept       only the keys that meet `having`, with what they were measured by
    shaped     share, growth, change on the year before or running sum, as a further column
    shown      only what lies in the periods, where the shape needed more than them
    reduced    summed up over the last key

and is put in order and cut at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from crm_copilot.catalog import fields, tables
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Condition, Having, Measure, Plan
from training.plan_rows import (
    CHILDREN,
    CYCLES,
    CYCLIC,
    Among,
    Rows,
    Scope,
    base_of,
    has_date,
    is_time,
    label,
    literal,
    place,
    quoted,
    regions,
    serves,
)

QUANTILES = {"p25": 0.25, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
ADDITIVE = frozenset({"count", "nunique", "sum"})
# Grains whose label begins with the year, so that the same label of the year before can be named.
YEARLY: frozenset[str | None] = frozenset({"day", "month", "quarter", "semester", "year"})


def to_sql(plan: Plan) -> str:
    """Return the query that computes a plan over the tables of the catalog.

    Raises:
        Unreachable: the tables do not tie together what the plan asks for.
        ValueError: the plan means nothing that can be computed from its parts alone.
    """
    if plan.special or plan.transform == "average share":
        raise ValueError(f"no query says {plan.special or plan.transform!r}")
    if plan.correlate:
        return f"with {regions()} {_correlation(plan, *plan.correlate)}"
    if plan.listing:
        return f"with {regions()} {_listing(plan, plan.listing)}"
    return f"with {regions()}, {_aggregation(plan)}"


# --------------------------------------------------------------------------------------------------- scopes


def _scope(plan: Plan) -> Scope:
    """Return what limits the rows: conditions, periods, and groups whose key the result does not show."""
    hidden = (Among(h.key, _keys_having(h, plan)) for h in plan.having if not _is_shown(h, plan))
    return Scope((*plan.where, *hidden), plan.periods, plan.time)


def _is_shown(having: Having, plan: Plan) -> bool:
    return any(key.field == having.key and not key.bins for key in plan.by)


def _keys_having(having: Having, plan: Plan) -> str:
    return f"select {quoted(having.key)} from ({_group_measured(having, plan)}) where {_compared(having)}"


def _group_measured(having: Having, plan: Plan) -> str:
    return _measure(having.measure, (By(having.key),), Scope(plan.where, plan.periods, plan.time))


def _compared(having: Having) -> str:
    column = quoted(having.measure.column)
    if having.op == "between":
        low, high = having.value  # type: ignore[misc]
        return f"{column} between {literal(low)} and {literal(high)}"
    sign = {"==": "=", "!=": "<>", "is": "=", "is not": "<>"}.get(having.op, having.op)
    return f"{column} {sign} {literal(having.value)}"


# ------------------------------------------------------------------------------------------------- measures


def _measure(measure: Measure, keys: Sequence[By], scope: Scope) -> str:
    """Return the query of one measure: the keys and its column."""
    whole = _aggregate(measure, keys, scope)
    if measure.divisor is None:
        return whole
    below = _measure(replace(measure.divisor, name="divisor", unit=None, percent=False), keys, scope)
    names, column = _names(keys), quoted(measure.column)
    above = f"coalesce(a.{column}, 0)" if measure.agg in ADDITIVE else f"a.{column}"
    ratio = f"{100.0 if measure.percent else 1.0} * {above} / nullif(b.{_divisor_column(measure.divisor)}, 0)"
    return f"select {_listed(names, f'{ratio} as {column}')} from ({whole}) as a {_joined(f'({below}) as b', names)}"


def _divisor_column(divisor: Measure) -> str:
    return "divisor_pct" if divisor.part else "divisor"


def _aggregate(measure: Measure, keys: Sequence[By], scope: Scope) -> str:
    rows = Rows(base_of(measure, keys, scope), replace(scope, tests=(*scope.tests, *measure.where)))
    for key in keys:
        rows.group(key)
    if measure.field != "*":
        rows.add("value", rows.value(measure.field))
    for test in measure.part:
        rows.mark(test)
    value = "*" if measure.field == "*" else "value"
    found = aggregated(measure.agg, value)
    if measure.part:
        found = f"100.0 * {aggregated(measure.agg, value, ' filter (where part)')} / nullif({found}, 0)"
    names = _names(keys)
    return f"select {_listed(names, f'{found} as {quoted(measure.column)}')} from ({rows.text()}){_grouped(names)}"


def aggregated(agg: str, value: str, limited: str = "") -> str:
    """Return the aggregation of an expression; the sum of nothing is 0."""
    if agg in QUANTILES:
        return f"quantile_cont({value}, {QUANTILES[agg]}){limited}"
    if agg == "sum":
        return f"coalesce(sum({value}){limited}, 0)"
    if agg == "nunique":
        return f"count(distinct {value}){limited}"
    return f"{ {'mean': 'avg', 'std': 'stddev_samp'}.get(agg, agg) }({value}){limited}"


def _names(keys: Iterable[By]) -> list[str]:
    return [quoted(key.name) for key in keys]


def _listed(names: Iterable[str], *more: str) -> str:
    return ", ".join((*names, *more))


def _grouped(names: Sequence[str]) -> str:
    return f" group by {', '.join(names)}" if names else ""


def _joined(other: str, names: Sequence[str]) -> str:
    return f"full join {other} using ({', '.join(names)})" if names else f"cross join {other}"


# --------------------------------------------------------------------------------------------------- stages


@dataclass(frozen=True, slots=True)
class _Stage:
    """A query, its columns in order, and the one that answers: by it the result is ranked and reduced."""

    text: str
    columns: tuple[str, ...]
    answer: str


def _aggregation(plan: Plan) -> str:
    stage, done = _measured(plan), []
    for name, step in STEPS:
        if name != "measured":
            following = step(plan, stage)
            if following is None:
                continue
            stage = following
        done.append((name, stage.text))
    raise NotImplementedError
