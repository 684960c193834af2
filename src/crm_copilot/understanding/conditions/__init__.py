"""Which rows and groups are wanted: thresholds, scores, values, predicates."""

from __future__ import annotations

from crm_copilot.understanding.conditions.alternatives import join_alternatives
from crm_copilot.understanding.conditions.banded import read_bands
from crm_copilot.understanding.conditions.bars import read_bars
from crm_copilot.understanding.conditions.both import read_both
from crm_copilot.understanding.conditions.clock import read_clock
from crm_copilot.understanding.conditions.compared import read_compared
from crm_copilot.understanding.conditions.dates import read_dates
from crm_copilot.understanding.conditions.empties import read_empties
from crm_copilot.understanding.conditions.idle import read_idle
from crm_copilot.understanding.conditions.left_out import read_left_out
from crm_copilot.understanding.conditions.limits import read_exact_numbers, read_heads, read_limit
from crm_copilot.understanding.conditions.literals import read_literals
from crm_copilot.understanding.conditions.methods import read_methods
from crm_copilot.understanding.conditions.moments import read_moments
from crm_copilot.understanding.conditions.predicates import read_predicates, with_base
from crm_copilot.understanding.conditions.same_place import read_same_place
from crm_copilot.understanding.conditions.sets import read_sets
from crm_copilot.understanding.conditions.signs import read_signs
from crm_copilot.understanding.conditions.statuses import join_statuses
from crm_copilot.understanding.conditions.texts import read_texts
from crm_copilot.understanding.conditions.thresholds import read_thresholds
from crm_copilot.understanding.conditions.values import read_values
from crm_copilot.understanding.draft import Draft

__all__ = ["read_conditions", "with_base"]


def read_conditions(draft: Draft) -> None:
    """Use up all mentions that limit rows or groups."""
    read_texts(draft)
    read_clock(draft)
    read_dates(draft)
    read_empties(draft)
    read_moments(draft)
    read_heads(draft)
    read_signs(draft)
    read_both(draft)
    read_idle(draft)
    read_left_out(draft)
    read_same_place(draft)
    read_methods(draft)
    read_compared(draft)
    read_bars(draft)
    read_thresholds(draft)
    read_literals(draft)
    read_limit(draft)
    read_exact_numbers(draft)
    read_values(draft)
    read_predicates(draft)
    join_statuses(draft)
    join_alternatives(draft)
    read_sets(draft)
    read_bands(draft)
