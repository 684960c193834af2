"""Whose place a dimension is: the customer's state or the seller's."""

from __future__ import annotations

from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.draft import Draft

_SELLERS = ("active_sellers", "revenue_per_seller")


def side_of(draft: Draft, index: int, name: str) -> str:
    """Read "state" as the seller's where sellers are what the place belongs to."""
    named = _seller_beside(draft, index) or (_counts_sellers(draft) and not draft.has("entity", "customer"))
    return sellers(name) if named else name


def _seller_beside(draft: Draft, index: int) -> bool:
    for near in (index + 1, index - 1):
        seller = draft.kind(near) == "entity" and draft.name(near) == "seller"
        if draft.name(near) == "active_sellers" or (seller and draft.beside(near, index, at_most=2)):
            return True
    return False


def _counts_sellers(draft: Draft) -> bool:
    return any(measure.entity == "seller" or measure.name in _SELLERS for _, measure in draft.measures)
