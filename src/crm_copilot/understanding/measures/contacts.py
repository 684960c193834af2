"""Contacts that are counted by their kind: "meetings per month", "number of calls by client"."""

from __future__ import annotations

from crm_copilot.library.plan import count_of
from crm_copilot.understanding.draft import Draft


def read_contacts(draft: Draft) -> None:
    """Count the interactions where only their kind is named and nothing else is counted or measured."""
    places = [i for i, item in enumerate(draft.items) if _is_kind(draft, i) and item.kind == "value"]
    if not places or draft.has("entity", "interaction") or draft.indices("metric", "quantity"):
        return
    first = places[0]
    counted = [i for i in draft.indices("agg") if draft.name(i) == "count"]
    if any(draft.kind(i + 1) == "entity" for i in counted):
        return  # "how many clients had meetings"
    for index in counted:
        if index + 1 == first and draft.touching(index, first):
            draft.use(index, "agg")
    draft.measures.append((first, count_of("interaction")))


def _is_kind(draft: Draft, index: int) -> bool:
    return draft.name(index) == "interaction_kind" and draft.roles.get(index) == "value"
