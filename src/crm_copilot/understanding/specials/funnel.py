"""From lead to seller to first sale."""

from __future__ import annotations

from crm_copilot.library.plan import Special
from crm_copilot.understanding.specials.asked import Asked, special


def first_sale(asked: Asked) -> Special | None:
    """Read "how long from the won deal to the first sale"."""
    draft = asked.draft
    named = draft.has("entity", "deal") or draft.has("predicate", "is_closed", "is_funnel_seller")
    won = named or "clos" in draft.question.casefold()
    return special("days_to_first_sale", how=asked.median) if won else None


def stages(asked: Asked) -> Special | None:
    """Read "show the funnel"."""
    measured = any(asked.draft.has(kind) for kind in ("metric", "quantity", "by", "dimension", "agg"))
    return None if measured or asked.draft.has("entity", "seller") else special("funnel_stages")
