"""What is bought together."""

from __future__ import annotations

from crm_copilot.library.plan import Special
from crm_copilot.understanding.specials.asked import Asked, special

_PLACES = ("customer_state", "seller_state", "customer_city", "seller_city", "customer_region", "payment_type")


def pairs(asked: Asked) -> Special | None:
    """Read "what is bought with toys", "which categories are bought together"."""
    draft = asked.draft
    if draft.has("dimension", *_PLACES):
        draft.doubt("pairs of what", 0.4)
        return None  # pairs of a category and a state are groups
    values = [sense for item in draft.items if (sense := item.sense("value"))]
    anchors = [sense.value for sense in values if sense.name == "product_category"]
    if anchors:
        return special("bought_with", anchor=anchors[0], k=asked.limit)
    if _by_category(asked):
        return special("bought_together", level="product_category", k=asked.limit)
    products = draft.has("dimension", "product_id") or draft.has("entity", "product", "item") or "produ" in asked.text
    return special("bought_together", level="product_id", k=asked.limit) if products else None


def _by_category(asked: Asked) -> bool:
    named = "categor" in asked.text or "品类" in asked.draft.question
    return named or asked.draft.has("dimension", "product_category") or asked.draft.has("entity", "category")
