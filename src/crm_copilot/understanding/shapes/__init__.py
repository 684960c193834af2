"""In which shape the answer comes: ranked, cut, shared, compared, grown, correlated, listed.

Each step takes the plan so far and returns it changed where the question asks for its shape.
"""

from __future__ import annotations

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.shapes.accumulation import accumulate
from crm_copilot.understanding.shapes.combined import combine
from crm_copilot.understanding.shapes.concentration import concentrate
from crm_copilot.understanding.shapes.correlation import correlate
from crm_copilot.understanding.shapes.defaults import drop_what_is_implied, fill_in, take_from_payments
from crm_copilot.understanding.shapes.growth import grow
from crm_copilot.understanding.shapes.having import give_groups, same_kind
from crm_copilot.understanding.shapes.left_out import leave_out
from crm_copilot.understanding.shapes.listing import list_rows
from crm_copilot.understanding.shapes.lookup import look_up
from crm_copilot.understanding.shapes.newest import list_newest
from crm_copilot.understanding.shapes.nth import pick_place
from crm_copilot.understanding.shapes.on_average import hold_on_average
from crm_copilot.understanding.shapes.order import direct, direction_of, order, rank_subject
from crm_copilot.understanding.shapes.own import keep_apart
from crm_copilot.understanding.shapes.per_one import divide_by_one
from crm_copilot.understanding.shapes.periods import place_in_time
from crm_copilot.understanding.shapes.picked import pick_row
from crm_copilot.understanding.shapes.placed import place
from crm_copilot.understanding.shapes.reduction import reduce_groups
from crm_copilot.understanding.shapes.shares import drop_scores_said_again, rate_deliveries, share
from crm_copilot.understanding.shapes.shown_beside import show_share
from crm_copilot.understanding.shapes.sides import take_sides
from crm_copilot.understanding.shapes.those import list_those
from crm_copilot.understanding.shapes.within import keep_ranked, rank_within

__all__ = ["direction_of", "same_kind", "shape"]

_STEPS = (
    place_in_time, take_sides, direct, rank_subject, correlate, look_up, pick_row, list_newest, list_rows, leave_out,
    hold_on_average, fill_in, drop_what_is_implied, keep_apart, give_groups, list_those, take_from_payments,
    accumulate, show_share, concentrate,
    rate_deliveries, drop_scores_said_again, share, grow, divide_by_one,
    keep_ranked, rank_within, reduce_groups, order, combine, place, pick_place,
)  # fmt: skip


def shape(draft: Draft) -> Plan:
    """Return the plan of a draft whose measures, keys and conditions have been read."""
    plan = Plan(
        tuple(measure for _, measure in draft.measures),
        tuple(key for _, key in draft.keys),
        tuple(dict.fromkeys(condition for _, condition in draft.where)),
        having=tuple(having for _, having in draft.having),
        limit=draft.limit,
        time=draft.time,
    )
    for step in _STEPS:
        plan = step(draft, plan)
    return plan
