"""A plan as one DuckDB query, written from what plans mean: the check on every function the product ships.

    >>> to_sql(Plan((measure_of("revenue"),), by=(By("time", "month"),)))

An aggregation goes through stages, each a common table expression that reads the one before:

    measured   every measure over the same keys, joined; counts and sums of nothing are 0
    kept       only the keys that meet `having`, with what they were measured by
    shaped     share, growth, change on the year before or running sum, as a further column
    shown      only what lies in the periods, where the shape needed more than them
    picked     only the rows that are wanted of the finished table
    reduced    summed up over the last key

and is put in order and cut at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crm_copilot.catalog import fields, tables
from crm_copilot.domain import Period
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import EACH, By, Having, Measure, Plan
from training.plan_rows import (
    CHILDREN,
    CYCLES,
    CYCLIC,
    DATED,
    Among,
    Rows,
    Scope,
    base_of,
    fields_of,
    has_date,
    holds,
    is_column,
    is_time,
    label,
    literal,
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
    if plan.special:
        raise ValueError(f"{plan.special.name} is a function of its own, not a plan")
    if plan.correlate:
        return f"with {regions()} {_correlation(plan, *plan.correlate)}"
    if plan.listing:
        return f"with {regions()} {_listing(plan, plan.listing)}"
    return f"with {regions()}, {_aggregation(plan)}"


# --------------------------------------------------------------------------------------------------- scopes


def _scope(plan: Plan) -> Scope:
    """Return what limits the rows: conditions, periods, and groups whose key the result does not show."""
    hidden = (_among(h, plan) for h in _hidden(plan))
    parts = (_among(h, plan) for h in plan.having if h.part)
    return Scope((*plan.where, *hidden), plan.periods, plan.time, tuple(parts))


def _hidden(plan: Plan) -> list[Having]:
    """Return the conditions on groups that are no rows of the result."""
    return [having for having in plan.having if not having.part and not _is_shown(having, plan)]


def _among(having: Having, plan: Plan) -> Among:
    return Among(having.key, _keys_having(having, plan), having.without)


def _is_shown(having: Having, plan: Plan) -> bool:
    if having.key == EACH:
        return True
    return not having.part and any(key.field == having.key and not key.bins for key in plan.by)


def _keys_having(having: Having, plan: Plan, value: str | None = None) -> str:
    """Return the query of the keys that meet a condition on their group, and of what they were measured by."""
    further = f", {quoted(having.measure.column)} as {value}" if value else ""
    keys = _keys_of(having, plan)
    measured = f"({_measure(having.measure, keys, _group_scope(having, plan))})"
    return f"select {_listed(_names(keys))}{further} from {measured} where {_compared(having, plan, measured)}"


def _keys_of(having: Having, plan: Plan) -> Sequence[By]:
    """Return the keys of the groups that are limited: of a field, or of the rows of the result."""
    return plan.by if having.key == EACH else (By(having.key),)


def _group_scope(having: Having, plan: Plan) -> Scope:
    """Return what limits the groups' own measure; rows of the result lie under its hidden conditions too."""
    hidden = [_among(h, plan) for h in _hidden(plan)] if having.key == EACH else []
    periods = (having.period,) if having.period else plan.periods
    return Scope((*plan.where, *hidden), periods, plan.time)


def _compared(having: Having, plan: Plan, measured: str) -> str:
    column, value = quoted(having.measure.column), having.value
    if value == "overall":
        return f"{column} {having.op} ({_measure(having.measure, (), _group_scope(having, plan))})"
    if isinstance(value, str):
        return f"{column} {having.op} (select {aggregated(value, column)} from {measured})"
    if isinstance(value, tuple):
        return f"{column} between {literal(value[0])} and {literal(value[1])}"
    sign = {"==": "=", "!=": "<>", "is": "=", "is not": "<>"}.get(having.op, having.op)
    return f"{column} {sign} {literal(having.value)}"


# ------------------------------------------------------------------------------------------------- measures


def _measure(measure: Measure, keys: Sequence[By], scope: Scope) -> str:
    """Return the query of one measure: the keys and its column."""
    if measure.minus:
        return _difference(measure, measure.minus, keys, scope)
    whole = _aggregate(measure, keys, scope)
    if measure.divisor is None:
        return whole
    names, column = _names(keys), quoted(measure.column)
    above = f"coalesce(a.{column}, 0)" if measure.agg in ADDITIVE else f"a.{column}"
    below = f"nullif(b.{quoted(measure.divisor.column)}, 0)"
    ratio = f"{100.0 if measure.percent else 1.0} * {above} / {below} as {column}"
    other = _joined(f"({_measure(measure.divisor, keys, scope)}) as b", names)
    return f"select {_listed(names, ratio)} from ({whole}) as a {other}"


def _difference(measure: Measure, other: Measure, keys: Sequence[By], scope: Scope) -> str:
    """Return the query of one measure less another, of a group that lacks either 0 of what is counted."""
    names = _names(keys)
    one, two = (
        f"coalesce({side}.{quoted(m.column)}, 0)" if _counts(m) else f"{side}.{quoted(m.column)}"
        for side, m in (("a", measure.whole), ("b", other))
    )
    joined = _joined(f"({_measure(other, keys, scope)}) as b", names)
    found = f"{one} - {two} as {quoted(measure.column)}"
    return f"select {_listed(names, found)} from ({_measure(measure.whole, keys, scope)}) as a {joined}"


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
    names, column = _names(keys), quoted(measure.column)
    return f"select {_listed(names, f'{found} as {column}')} from ({rows.text()}){_grouped(names)}"


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
    """A query with its name, its columns in order, and the one by which the result is ranked."""

    name: str
    text: str
    columns: tuple[str, ...]
    rank: str

    def select(self, *more: str) -> str:
        """Return the start of a query that adds columns to this stage's."""
        return f"select {_listed(self.columns, *more)} from {self.name}"


def _aggregation(plan: Plan) -> str:
    stages = [_measured(plan)]
    for step in (_kept, _shaped, _shown, _picked, _reduced):
        following = step(plan, stages[-1])
        if following is not None:
            stages.append(following)
    named = ", ".join(f"{stage.name} as ({stage.text})" for stage in stages)
    return f"{named} {_cut(plan, stages[-1])}"


def _measured(plan: Plan) -> _Stage:
    """Return all measures over the plan's keys; a group that one of them lacks has 0 of what is counted."""
    scope, names = _scope(plan), _names(plan.by)
    if _needs_more(plan):
        scope = replace(scope, periods=())
    columns = [quoted(measure.column) for measure in plan.measures]
    first, *others = (f"({_measure(m, plan.by, scope)}) as m{n}" for n, m in enumerate(plan.measures))
    joined = " ".join((first, *(_joined(other, names) for other in others)))
    filled = [_counts(measure) for measure in plan.measures]
    shown = [f"coalesce({c}, 0) as {c}" if fill else c for c, fill in zip(columns, filled, strict=True)]
    return _Stage("measured", f"select {_listed(names, *shown)} from {joined}", (*names, *columns), columns[0])


def _counts(measure: Measure) -> bool:
    if measure.minus:
        return _counts(measure.whole) and _counts(measure.minus)
    return measure.agg in ADDITIVE and not measure.part and measure.divisor is None


def _kept(plan: Plan, last: _Stage) -> _Stage | None:
    """Return only the groups whose key meets its conditions, with the columns that these are about."""
    shown = {f"value{number}": having for number, having in enumerate(plan.having) if _is_shown(having, plan)}
    if not shown:
        return None
    joins = " ".join(_holding(having, plan, value) for value, having in shown.items())
    columns = {quoted(having.measure.column): value for value, having in shown.items() if not having.without}
    further = {column: value for column, value in columns.items() if column not in last.columns}
    text = f"{last.select(*(f'{value} as {column}' for column, value in further.items()))} {joins}"
    return _Stage("kept", text, (*last.columns, *further), last.rank)


def _holding(having: Having, plan: Plan, value: str) -> str:
    """Return the join that leaves the groups which meet a condition, or those which do not."""
    kind = "anti join" if having.without else "join"
    names = ", ".join(_names(_keys_of(having, plan)))
    return f"{kind} ({_keys_having(having, plan, value)}) as {value}s using ({names})"


def _shaped(plan: Plan, last: _Stage) -> _Stage | None:
    if plan.transform is None or not plan.by:
        return None
    if plan.transform == "number":
        return _Stage("shaped", f"select count(*) as places from {last.name}", ("places",), "places")
    if plan.transform == "rank":
        return _ranked(plan, last)
    if plan.transform == "share":
        return _share(plan, last)
    if plan.transform in ("cumulative share", "top share", "reach", "reach share", "reach list"):
        return _concentrated(plan, last)
    if not any(map(is_time, plan.by)):
        raise Unreachable(f"{plan.transform} needs a stretch of time to go along")
    if plan.transform == "cumulative":
        return _cumulative(plan, last)
    if plan.transform == "compound":
        return _compound(plan, last)
    if any(key.field == "period" for key in plan.by):
        return _between_periods(plan, last)
    return _on_year_before(plan, last) if plan.transform == "yoy" else _growth(plan, last)


def _share(plan: Plan, last: _Stage) -> _Stage:
    """Return each group's percentage of all, or of the stretch of time or the group that it lies in."""
    timed = [key for key in plan.by if is_time(key)] if len(plan.by) > 1 else []
    total = f"sum({last.rank}) over ({_partitioned([plan.within] if plan.within else timed[:1])})"
    share = f"100.0 * {last.rank} / nullif({total}, 0) as share_pct"
    return _Stage("shaped", last.select(share), (*last.columns, "share_pct"), last.rank)


def _ranked(plan: Plan, last: _Stage) -> _Stage:
    """Return the place of each group, which those without a value do not have, and of how many."""
    place = f"rank() over (order by {last.rank} {plan.order or 'desc'} nulls last)"
    further = f"if({last.rank} is null, null, {place}) as place", "count(*) over () as places"
    return _Stage("shaped", last.select(*further), (*last.columns, "place", "places"), last.rank)


def _concentrated(plan: Plan, last: _Stage) -> _Stage:
    """Return what the largest groups make up, how many of them make up so much, or which those are."""
    order = f"order by {_listed([f'{last.rank} desc', *_names(plan.by)])}"
    running = f"100.0 * sum({last.rank}) over ({order} rows unbounded preceding) / sum({last.rank}) over ()"
    counted = f"row_number() over ({order}) as place", "count(*) over () as places"
    ranked = last.select(*counted, f"{running} as cumulative_pct")
    short = f"(select count(*) from ({ranked}) where cumulative_pct < {plan.percent or 80})"
    if plan.transform == "reach":
        return _Stage("shaped", f"select {short} + 1 as places", ("places",), "places")
    if plan.transform == "reach share":
        share = f"100.0 * ({short} + 1) / count(*) as share_pct"
        return _Stage("shaped", f"select {share} from {last.name}", ("share_pct",), "share_pct")
    if plan.transform == "top share":
        top = f"greatest(1, floor(places * {plan.percent} / 100))" if plan.percent else str(plan.limit or 10)
        share = f"100.0 * sum({last.rank}) filter (where place <= {top}) / sum({last.rank}) as share_pct"
        return _Stage("shaped", f"select {share} from ({ranked})", ("share_pct",), "share_pct")
    reached = f" where place <= {short} + 1" if plan.transform == "reach list" else ""
    return _Stage("shaped", f"select * from ({ranked}){reached}", (*last.columns, "cumulative_pct"), last.rank)


def _compound(plan: Plan, last: _Stage) -> _Stage:
    """Return the rate that, the same in each stretch of time, leads from the first value to the last."""
    order = ", ".join(_chronological(key, plan) for key in plan.by)
    ends = f"arg_max({last.rank}, row({order})) / arg_min({last.rank}, row({order}))"
    rate = f"100.0 * (pow({ends}, 1.0 / (count(*) - 1)) - 1) as growth_pct"
    return _Stage("shaped", f"select {rate} from {last.name}", ("growth_pct",), "growth_pct")


def _cumulative(plan: Plan, last: _Stage) -> _Stage:
    name = f"cumulative_{plan.measures[0].column}"
    total = f"sum({last.rank}) over ({_in_time(plan)} rows unbounded preceding)"
    running = f"if({last.rank} is null, null, {total}) as {quoted(name)}"
    return _Stage("shaped", last.select(running), (*last.columns, quoted(name)), last.rank)


def _growth(plan: Plan, last: _Stage) -> _Stage:
    """Return the change on the row before in time, and its amount where that is asked for."""
    before = f"lag({last.rank}) over ({_in_time(plan)})"
    changes = _changes(plan, last.rank, before)
    text = last.select(*(f"{expression} as {name}" for name, expression in changes.items()))
    return _Stage("shaped", text, (*last.columns, *changes), next(iter(changes)))


def _changes(plan: Plan, now: str, before: str) -> dict[str, str]:
    """Return the columns of a change; the first one ranks the rows."""
    percent = {"growth_pct": _percent_change(now, before)}
    return {"increase": f"{now} - {before}", **percent} if plan.absolute else percent


def _on_year_before(plan: Plan, last: _Stage) -> _Stage:
    """Return the change on the row with the same other keys and the label of a year before."""
    timed = [key for key in plan.by if is_time(key)]
    if len(timed) != 1 or timed[0].grain not in YEARLY:
        raise Unreachable("a change on the year before needs one stretch of a year to go along")
    column = quoted(timed[0].name)
    tied = [f"old.{name} = now.{name}" for name in _names(plan.by) if name != column]
    tied.append(f"old.{column} = {_year_before(f'now.{column}', timed[0])}")
    old = f"old.{last.rank}"
    changes = further = _changes(plan, f"now.{last.rank}", old)
    if timed[0].grain != "year":
        further = {quoted(f"{plan.measures[0].column}_year_before"): old, **further}
    rows = f"{last.name} as now left join {last.name} as old on {' and '.join(tied)}"
    more = [f"{expression} as {name}" for name, expression in further.items()]
    text = f"select {_listed((f'now.{name}' for name in last.columns), *more)} from {rows}"
    return _Stage("shaped", text, (*last.columns, *further), next(iter(changes)))


def _year_before(column: str, key: By) -> str:
    if key.grain == "year":
        return f"{column} - 1"
    return f"(left({column}, 4)::int - 1)::varchar || substr({column}, 5)"


def _between_periods(plan: Plan, last: _Stage) -> _Stage:
    """Return one column for each period, and the change from the first to the last.

    A group that had nothing in the first period has risen but not by a percentage: among several groups it
    is shown when they are ranked by the increase itself.
    """
    others = [quoted(key.name) for key in plan.by if key.field != "period"]
    ordered = _in_order(plan.periods)
    periods = [quoted(period.label) for period in ordered]
    first, final = periods[0], periods[-1]
    values = [_in_period(plan, last, period, alone=not others) for period in ordered]
    wide = f"select {_listed(others, *values)} from {last.name}{_grouped(others)}"
    change = f"{final} - {first} as increase", f"{_percent_change(final, first)} as growth_pct"
    grown = f" where {first} > 0" if others and not plan.absolute else ""
    text = f"select {_listed(others, *periods, *change)} from ({wide}){grown}"
    rank = "increase" if plan.absolute else "growth_pct"
    return _Stage("shaped", text, (*others, *periods, "increase", "growth_pct"), rank)


def _in_period(plan: Plan, last: _Stage, period: Period, *, alone: bool) -> str:
    found = f"max({last.rank}) filter (where period = {literal(period.label)})"
    if _counts(plan.measures[0]) and not alone:
        found = f"coalesce({found}, 0)"
    return f"{found} as {quoted(period.label)}"


def _in_order(periods: Iterable[Period]) -> list[Period]:
    return sorted(periods, key=lambda period: (period.start, period.end))


def _percent_change(now: str, before: str) -> str:
    """Return a change in percent: nothing can be said of a change from 0."""
    return f"100.0 * ({now} - {before}) / nullif({before}, 0)"


def _partitioned(keys: Sequence[By]) -> str:
    return f"partition by {', '.join(_names(keys))}" if keys else ""


def _in_time(plan: Plan) -> str:
    """Return the window that goes along the time keys, one for each combination of the others."""
    order = ", ".join(_chronological(key, plan) for key in plan.by if is_time(key))
    return f"{_partitioned([key for key in plan.by if not is_time(key)])} order by {order}"


def _chronological(key: By, plan: Plan) -> str:
    labels = CYCLES.get(str(key.grain))
    if key.field == "period":
        labels = tuple(period.label for period in _in_order(plan.periods))
    if not labels:
        return quoted(key.name)
    return f"list_position([{', '.join(map(literal, labels))}], {quoted(key.name)})"


def _needs_more(plan: Plan) -> bool:
    """Whether the rows before the periods count: for a change on what came before them."""
    along = [key for key in plan.by if key.field == "time" and key.grain not in CYCLIC]
    changes = plan.transform == "yoy" or (plan.transform == "growth" and len(plan.periods) == 1)
    return bool(plan.periods and changes and along)


def _shown(plan: Plan, last: _Stage) -> _Stage | None:
    """Return only the rows whose label has a day in the periods."""
    if not _needs_more(plan):
        return None
    spans = (f"range({literal(p.start)}, {literal(p.end)}, interval 1 day)" for p in plan.periods)
    days = " union ".join(f"select unnest({span}) as day" for span in spans)
    timed = (key for key in plan.by if key.field == "time")
    tests = (f"{quoted(key.name)} in (select {label('day', key.grain)} from ({days}))" for key in timed)
    return _Stage("shown", f"{last.select('*')} where {' and '.join(tests)}", last.columns, last.rank)


def _picked(plan: Plan, last: _Stage) -> _Stage | None:
    """Return the rows of the finished table that are wanted."""
    tests = [holds(quoted(test.field), test) for test in plan.show]
    return _Stage("picked", f"{last.select()} where {' and '.join(tests)}", last.columns, last.rank) if tests else None


def _reduced(plan: Plan, last: _Stage) -> _Stage | None:
    if plan.reduce is None or not plan.by:
        return None
    names, column = _names(plan.by[:-1]), quoted(plan.measures[0].column)
    found = aggregated(plan.reduce, column)
    text = f"select {_listed(names, f'{found} as {column}')} from {last.name}{_grouped(names)}"
    return _Stage("reduced", text, (*names, column), column)


def _cut(plan: Plan, last: _Stage) -> str:
    """Return the last stage in order and limited; what has no value comes last either way."""
    order = f"{last.rank} {plan.order or 'desc'} nulls last"
    if plan.limit is None:
        return last.select() + (f" order by {order}" if plan.order else "")
    if plan.within is None:
        return f"{last.select()} order by {order} limit {plan.limit}"
    numbered = f"row_number() over ({_partitioned([plan.within])} order by {order})"
    return f"{last.select()} qualify {numbered} <= {plan.limit}"


# -------------------------------------------------------------------------------------- rows by themselves


def _correlation(plan: Plan, first: str, second: str) -> str:
    """Return Pearson's correlation of two quantities on the rows that have both."""
    scope = _scope(plan)
    rows = Rows(_common(plan, scope, first, second), scope)
    for key in plan.by:
        rows.group(key)
    for name, quantity in (("a", first), ("b", second)):
        rows.pair(name, quantity)
    names = _names(plan.by)
    return f"select {_listed(names, 'corr(a, b) as correlation')} from ({rows.text()}){_grouped(names)}"


def _common(plan: Plan, scope: Scope, *quantities: str) -> str:
    """Return the table whose rows have both quantities: that of one of them, else one that comes to both.

    Where only orders tie them together, as price and review score, each pair of an order's rows counts.
    """
    names = [key.field for key in plan.by if not is_time(key)]
    names += [name for test in scope.tests for name in fields_of(test)]
    dated = bool(plan.periods) or any(map(is_time, plan.by))
    homes = [fields()[name].table for name in quantities]
    for own in (False, True):
        for table in dict.fromkeys((*homes, *CHILDREN)):
            tied = serves(table, quantities, bridges=own) and serves(table, names, bridges=True)
            if tied and (not dated or has_date(table, plan.time)):
                return table
    raise Unreachable(f"no rows have both {' and '.join(quantities)}")


def _listing(plan: Plan, table: str) -> str:
    """Return rows of a table: its key, the quantities asked for, the columns and the date that limit it."""
    scope = _scope(plan)
    names, tested = [m.field for m in plan.measures], [name for test in plan.where for name in fields_of(test)]
    near = [name for name in tested if is_column(name) and serves(table, [name], bridges=False)]
    dates = [plan.time or DATED.get(table, "date")] if plan.periods else []
    keys = [key.field for key in plan.by]
    one = tables()[table]
    own = one.columns if plan.is_lookup else (*one.key, *one.listed)
    shown = list(dict.fromkeys((*own, *keys, *names, *near, *dates)))
    if not serves(table, shown, bridges=False):
        raise Unreachable(f"{table} do not come to {', '.join(shown)}")
    rows = Rows(table, scope)
    for name in shown:
        rows.add(name, rows.value(name))
    order = f" order by {quoted(names[0])} {plan.order or 'desc'} nulls last" if names else ""
    limit = f" limit {plan.limit}" if plan.limit else ""
    return f"select {', '.join(map(quoted, shown))} from ({rows.text()}){order}{limit}"
