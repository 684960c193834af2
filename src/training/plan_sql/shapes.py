"""What is added to the groups: shares, ranks, running sums, how few make up how much, and changes."""

from __future__ import annotations

from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import Plan
from training.plan_sql.changes import between_periods, growth, on_year_before
from training.plan_sql.labels import quoted
from training.plan_sql.measures import listed, names_of
from training.plan_sql.places import is_time
from training.plan_sql.stage import Stage, chronological, in_time, partitioned


def shaped(plan: Plan, last: Stage) -> Stage | None:
    """Return the groups with what the transform of the plan adds; None where it has none."""
    if plan.transform is None or not plan.by:
        return None
    if plan.transform == "number":
        return Stage("shaped", f"select count(*) as places from {last.name}", ("places",), "places")
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
        return between_periods(plan, last)
    return on_year_before(plan, last) if plan.transform == "yoy" else growth(plan, last)


def _share(plan: Plan, last: Stage) -> Stage:
    """Return each group's percentage of all, or of the stretch of time or the group that it lies in."""
    timed = [key for key in plan.by if is_time(key)] if len(plan.by) > 1 else []
    total = f"sum({last.rank}) over ({partitioned([plan.within] if plan.within else timed[:1])})"
    share = f"100.0 * {last.rank} / nullif({total}, 0) as share_pct"
    return Stage("shaped", last.select(share), (*last.columns, "share_pct"), last.rank)


def _ranked(plan: Plan, last: Stage) -> Stage:
    """Return the place of each group, which those without a value do not have, and of how many."""
    place = f"rank() over (order by {last.rank} {plan.order or 'desc'} nulls last)"
    further = f"if({last.rank} is null, null, {place}) as place", "count(*) over () as places"
    return Stage("shaped", last.select(*further), (*last.columns, "place", "places"), last.rank)


def _concentrated(plan: Plan, last: Stage) -> Stage:
    """Return what the largest groups make up, how many of them make up so much, or which those are."""
    order = f"order by {listed([f'{last.rank} desc', *names_of(plan.by)])}"
    running = f"100.0 * sum({last.rank}) over ({order} rows unbounded preceding) / sum({last.rank}) over ()"
    counted = f"row_number() over ({order}) as place", "count(*) over () as places"
    ranked = last.select(*counted, f"{running} as cumulative_pct")
    short = f"(select count(*) from ({ranked}) where cumulative_pct < {plan.percent or 80})"
    if plan.transform == "reach":
        return Stage("shaped", f"select {short} + 1 as places", ("places",), "places")
    if plan.transform == "reach share":
        share = f"100.0 * ({short} + 1) / count(*) as share_pct"
        return Stage("shaped", f"select {share} from {last.name}", ("share_pct",), "share_pct")
    if plan.transform == "top share":
        top = f"greatest(1, floor(places * {plan.percent} / 100))" if plan.percent else str(plan.limit or 10)
        share = f"100.0 * sum({last.rank}) filter (where place <= {top}) / sum({last.rank}) as share_pct"
        return Stage("shaped", f"select {share} from ({ranked})", ("share_pct",), "share_pct")
    reached = f" where place <= {short} + 1" if plan.transform == "reach list" else ""
    return Stage("shaped", f"select * from ({ranked}){reached}", (*last.columns, "cumulative_pct"), last.rank)


def _compound(plan: Plan, last: Stage) -> Stage:
    """Return the rate that, the same in each stretch of time, leads from the first value to the last."""
    order = ", ".join(chronological(key, plan) for key in plan.by)
    ends = f"arg_max({last.rank}, row({order})) / arg_min({last.rank}, row({order}))"
    rate = f"100.0 * (pow({ends}, 1.0 / (count(*) - 1)) - 1) as growth_pct"
    return Stage("shaped", f"select {rate} from {last.name}", ("growth_pct",), "growth_pct")


def _cumulative(plan: Plan, last: Stage) -> Stage:
    name = f"cumulative_{plan.measures[0].column}"
    total = f"sum({last.rank}) over ({in_time(plan)} rows unbounded preceding)"
    running = f"if({last.rank} is null, null, {total}) as {quoted(name)}"
    return Stage("shaped", last.select(running), (*last.columns, quoted(name)), last.rank)
