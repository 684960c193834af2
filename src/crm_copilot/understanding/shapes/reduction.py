"""Averages over groups: "average orders per day" is the mean of the days."""

from __future__ import annotations

from crm_copilot.library.plan import By, Plan, measure_of
from crm_copilot.understanding.draft import Draft

_AGGS = ("mean", "median", "max", "min")
_EACH = frozenset(
    ("per", "por", "each", "every", "for each", "per each", "in each", "para cada", "em cada", "cada", "por cada",
     "of each", "from each", "每", "每个", "a")
)  # fmt: skip


def reduce_groups(draft: Draft, plan: Plan) -> Plan:
    """Sum the groups of the last key up again."""
    aggs = [i for i in draft.indices("agg", free=False) if _is_outer(draft, i)]
    if not aggs or not plan.by or plan.transform or plan.within or plan.order or not _is_additive(plan):
        return plan
    how = draft.name(aggs[0])
    over = _averaged_over(draft, plan, aggs)
    if over is None:
        draft.doubt("what the average is over", 0.2)
        per_order = plan.measures[0].name == "revenue" and how == "mean"
        return plan.but(measures=(measure_of("aov"),)) if per_order else plan
    for index in aggs:
        draft.use(index, "agg")
    return plan.but(by=(*(key for key in plan.by if key != over), over), reduce=how)


def _is_outer(draft: Draft, index: int) -> bool:
    averages = draft.kind(index) == "agg" and draft.name(index) in _AGGS
    return averages and draft.roles.get(index) != "threshold"


def _is_additive(plan: Plan) -> bool:
    if len(plan.measures) != 1:
        return False
    main = plan.measures[0]
    return main.agg in ("sum", "count", "nunique") and not main.part and not main.divisor


def _averaged_over(draft: Draft, plan: Plan, aggs: list[int]) -> By | None:
    places = {key: i for i, key in draft.keys}
    return next((key for key in plan.by if _is_per(draft, places.get(key, -1), aggs)), None)


def _is_per(draft: Draft, index: int, aggs: list[int]) -> bool:
    """Whether an average is taken over this key: "per day", "daily average", "each seller"."""
    if draft.marks.get(index) == "by" and draft.kind(index - 1) != "by":
        return draft.before(index, 1)[-1:] in (["a"], ["each"], ["um"], ["uma"])
    if draft.kind(index - 1) == "by":
        return draft.kind(index) == "grain" or draft.word(index - 1) in _EACH
    return draft.kind(index) == "grain" and any(abs(agg - index) <= 2 for agg in aggs)
