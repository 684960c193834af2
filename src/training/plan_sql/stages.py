"""An aggregation in stages, each a common table expression that reads the one before:

    measured   every measure over the same keys, joined; counts and sums of nothing are 0
    kept       only the keys that meet `having`, with what they were measured by
    shaped     share, growth, change on the year before or running sum, as a further column
    shown      only what lies in the periods, where the shape needed more than them
    picked     only the rows that are wanted of the finished table
    reduced    summed up over the last key

It is put in order and cut at the end.
"""

from __future__ import annotations

from dataclasses import replace

from crm_copilot.library.plan import Having, Plan
from training.plan_sql.changes import needs_more
from training.plan_sql.conditions import holds
from training.plan_sql.groups import is_shown, keys_having, keys_of, scope_of
from training.plan_sql.labels import label, literal, quoted
from training.plan_sql.measures import aggregated, counts, group_by, join_of, listed, measured_by, names_of
from training.plan_sql.shapes import shaped
from training.plan_sql.stage import Stage, partitioned


def aggregation(plan: Plan) -> str:
    """Return the stages of an aggregation, and the query that reads the last of them."""
    stages = [_measured(plan)]
    for step in (_kept, shaped, _shown, _picked, _reduced):
        following = step(plan, stages[-1])
        if following is not None:
            stages.append(following)
    named = ", ".join(f"{stage.name} as ({stage.text})" for stage in stages)
    return f"{named} {_cut(plan, stages[-1])}"


def _measured(plan: Plan) -> Stage:
    """Return all measures over the plan's keys; a group that one of them lacks has 0 of what is counted."""
    scope, names = scope_of(plan), names_of(plan.by)
    if needs_more(plan):
        scope = replace(scope, periods=())
    columns = [quoted(measure.column) for measure in plan.measures]
    first, *others = (f"({measured_by(m, plan.by, scope)}) as m{n}" for n, m in enumerate(plan.measures))
    joined = " ".join((first, *(join_of(other, names) for other in others)))
    filled = [counts(measure) for measure in plan.measures]
    shown = [f"coalesce({c}, 0) as {c}" if fill else c for c, fill in zip(columns, filled, strict=True)]
    return Stage("measured", f"select {listed(names, *shown)} from {joined}", (*names, *columns), columns[0])


def _kept(plan: Plan, last: Stage) -> Stage | None:
    """Return only the groups whose key meets its conditions, with the columns that these are about."""
    shown = {f"value{number}": having for number, having in enumerate(plan.having) if is_shown(having, plan)}
    if not shown:
        return None
    joins = " ".join(_holding(having, plan, value) for value, having in shown.items())
    columns = {quoted(having.measure.column): value for value, having in shown.items() if not having.without}
    further = {column: value for column, value in columns.items() if column not in last.columns}
    text = f"{last.select(*(f'{value} as {column}' for column, value in further.items()))} {joins}"
    return Stage("kept", text, (*last.columns, *further), last.rank)


def _holding(having: Having, plan: Plan, value: str) -> str:
    """Return the join that leaves the groups which meet a condition, or those which do not."""
    kind = "anti join" if having.without else "join"
    names = ", ".join(names_of(keys_of(having, plan)))
    return f"{kind} ({keys_having(having, plan, value)}) as {value}s using ({names})"


def _shown(plan: Plan, last: Stage) -> Stage | None:
    """Return only the rows whose label has a day in the periods."""
    if not needs_more(plan):
        return None
    spans = (f"range({literal(p.start)}, {literal(p.end)}, interval 1 day)" for p in plan.periods)
    days = " union ".join(f"select unnest({span}) as day" for span in spans)
    timed = (key for key in plan.by if key.field == "time")
    tests = (f"{quoted(key.name)} in (select {label('day', key.grain)} from ({days}))" for key in timed)
    return Stage("shown", f"{last.select('*')} where {' and '.join(tests)}", last.columns, last.rank)


def _picked(plan: Plan, last: Stage) -> Stage | None:
    """Return the rows of the finished table that are wanted."""
    tests = [holds(quoted(test.field), test) for test in plan.show]
    return Stage("picked", f"{last.select()} where {' and '.join(tests)}", last.columns, last.rank) if tests else None


def _reduced(plan: Plan, last: Stage) -> Stage | None:
    if plan.reduce is None or not plan.by:
        return None
    names, column = names_of(plan.by[:-1]), quoted(plan.measures[0].column)
    found = aggregated(plan.reduce, column)
    text = f"select {listed(names, f'{found} as {column}')} from {last.name}{group_by(names)}"
    return Stage("reduced", text, (*names, column), column)


def _cut(plan: Plan, last: Stage) -> str:
    """Return the last stage in order and limited; what has no value comes last either way."""
    order = f"{last.rank} {plan.order or 'desc'} nulls last"
    if plan.limit is None:
        return last.select() + (f" order by {order}" if plan.order else "")
    if plan.within is None:
        return f"{last.select()} order by {order} limit {plan.limit}"
    numbered = f"row_number() over ({partitioned([plan.within])} order by {order})"
    return f"{last.select()} qualify {numbered} <= {plan.limit}"
