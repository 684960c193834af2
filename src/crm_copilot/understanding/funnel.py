"""Whether a question is about the funnel: leads and deals, not orders."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.understanding.draft import Draft

_NAMING = ("dimension", "quantity", "predicate")


def is_funnel(draft: Draft) -> bool:
    """Whether the question is about leads and deals."""
    names = [item.name for item in draft.items if item.kind in _NAMING]
    return (
        draft.has("entity", "lead", "deal")
        or draft.has("metric", "conversion_rate")
        or any(fields()[name].table in ("leads", "deals") for name in names)
    )
