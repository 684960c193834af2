"""A share that is only shown of what something else ranks: "the five states with most sales: what share was late"."""

from __future__ import annotations

from crm_copilot.library.plan import Condition, Measure, Plan, count_of
from crm_copilot.understanding.conditions import with_base
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures import as_part_of

_PAUSES = frozenset(",:;.?–—-")
_RANKING = ("order", "adjective", "by")


def show_share(draft: Draft, plan: Plan) -> Plan:
    """Show the share beside the number that ranks, where it is asked for behind a pause."""
    asked = next((i for i in draft.places("transform", "share") if draft.roles.get(i) != "threshold"), -1)
    if not plan.limit or len(plan.measures) != 1 or asked < 0 or not _is_ranked_before(draft, asked):
        return plan
    part = tuple(c for i, c in draft.where if i > asked and c in plan.where)
    counted = _counted(draft, asked, plan.measures[0])
    if not part or counted is None:
        return plan
    draft.use(asked, "transform")
    rest = tuple(condition for condition in plan.where if condition not in part)
    base: tuple[Condition, ...] = tuple(c for c in with_base(part) if c not in rest)
    return plan.but(measures=(plan.measures[0], as_part_of(counted, part, base)), where=rest)


def _is_ranked_before(draft: Draft, asked: int) -> bool:
    """Whether the measure stands before a pause, with an ordering word at it."""
    ranked = [i for i, _ in draft.measures if i < asked and {draft.kind(i), draft.kind(i - 1)} & set(_RANKING)]
    return bool(ranked) and any(_PAUSES & set(draft.gap(i, i + 1)) for i in range(ranked[-1], asked))


def _counted(draft: Draft, asked: int, ranking: Measure) -> Measure | None:
    """Return what the share is of: the thing named behind it, else the things that are ranked by."""
    behind = range(asked + 1, min(asked + 3, len(draft.items)))
    place = next((i for i in behind if draft.kind(i) == "entity"), None)
    if place is None:
        return ranking if ranking.entity else None
    draft.use(place, "measure")
    return count_of(draft.name(place))
