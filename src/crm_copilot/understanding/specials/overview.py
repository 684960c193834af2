"""What the data cover, and the key figures at one glance."""

from __future__ import annotations

from crm_copilot.library.plan import Special
from crm_copilot.understanding.shapes.newest import asked_for
from crm_copilot.understanding.specials.asked import Asked, bounds, special


def date_range(asked: Asked) -> Special | None:
    """Read "what dates do the data cover"."""
    limits = ("metric", "quantity", "dimension", "period", "value", "predicate", "by")
    others = any(item.kind == "entity" and item.name != "order" for item in asked.draft.items)
    blocked = others or any(asked.draft.has(kind) for kind in limits)
    rows = asked_for(asked.draft.question)  # "latest orders"
    return None if blocked or rows else special("date_range")


def figures(asked: Asked) -> Special | None:
    """Read "the key figures of 2018"; they are those of all the company."""
    if any(asked.draft.has(kind) for kind in ("by", "dimension", "grain", "value")) or len(asked.periods) > 1:
        return None
    return special("key_figures", **bounds(asked.periods[0] if asked.periods else None))
