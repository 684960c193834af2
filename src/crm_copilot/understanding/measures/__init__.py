"""What is asked for: named metrics, quantities with their aggregation, counts of things."""

from __future__ import annotations

from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.measures.adjectives import read_adjectives
from crm_copilot.understanding.measures.amounts import read_amounts_of_counted
from crm_copilot.understanding.measures.asides import drop_explanations, drop_general
from crm_copilot.understanding.measures.contacts import read_contacts
from crm_copilot.understanding.measures.counts import read_counts, read_listed_things, read_predicate_counts
from crm_copilot.understanding.measures.grouped import read_quantities_as_keys
from crm_copilot.understanding.measures.named import read_named
from crm_copilot.understanding.measures.natural import as_part_of, natural_entity, natural_measure
from crm_copilot.understanding.measures.ranked import (
    read_max_as_most,
    read_most_different,
    read_most_of,
    read_most_such,
    read_ranked_by,
)
from crm_copilot.understanding.measures.things import read_things
from crm_copilot.understanding.measures.twice import read_how_many_of_them, read_twice

__all__ = ["as_part_of", "natural_entity", "natural_measure", "read_measures"]


def read_measures(draft: Draft) -> None:
    """Use up the mentions that name a number."""
    read_contacts(draft)
    read_how_many_of_them(draft)
    read_max_as_most(draft)
    read_ranked_by(draft)
    read_most_different(draft)
    read_most_of(draft)
    read_most_such(draft)
    read_counts(draft)
    read_quantities_as_keys(draft)
    read_named(draft)
    read_adjectives(draft)
    if not draft.measures:
        read_things(draft)
    drop_explanations(draft)
    drop_general(draft)
    read_listed_things(draft)
    if not draft.measures:
        read_predicate_counts(draft)
    read_amounts_of_counted(draft)
    read_twice(draft)
