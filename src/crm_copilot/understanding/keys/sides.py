"""Whose place a dimension is: the customer's state or the seller's."""

from __future__ import annotations

from crm_copilot.understanding.conditions.places import sellers
from crm_copilot.understanding.draft import Draft

_SELLERS = ("active_sellers", "revenue_per_seller", "new_sellers")


_TO = (["to"], ["para"], ["pra"], ["a"], ["→"], ["-"], [">"], ["to", "the"], ["para", "o"])


def is_end_of_route(draft: Draft, index: int) -> bool:
    """Whether a place is where a route ends: the second one of "from state to state"."""
    same = draft.kind(index - 1) == "dimension" == draft.kind(index) and draft.name(index - 1) == draft.name(index)
    placed = draft.name(index).startswith("customer_")
    return same and placed and draft.gap(index - 1, index) in _TO


def side_of(draft: Draft, index: int, name: str) -> str:
    """Read "state" as the seller's where sellers are what the place belongs to, or where a route starts."""
    if is_end_of_route(draft, index):
        return name
    if is_end_of_route(draft, index + 1):
        return sellers(name)
    sellers_only = (_counts_sellers(draft) or _ranks_sellers(draft)) and not draft.has("entity", "customer")
    named = _seller_beside(draft, index) or sellers_only
    return sellers(name) if named else name


def _seller_beside(draft: Draft, index: int) -> bool:
    for near in (index + 1, index - 1):
        seller = draft.kind(near) == "entity" and draft.name(near) == "seller"
        if draft.name(near) == "active_sellers" or (seller and draft.beside(near, index, at_most=2)):
            return True
    return False


def _ranks_sellers(draft: Draft) -> bool:
    """Whether sellers are what is ranked: "the top 3 sellers of each state"."""
    marked = [i for i, mark in draft.marks.items() if mark in ("rank", "which")]
    named = any(draft.named(i, "entity") == "seller" or draft.name(i) == "seller_id" for i in marked)
    return named or any(key.field == "seller_id" for i, key in draft.keys if i in marked)


def _counts_sellers(draft: Draft) -> bool:
    return any(measure.entity == "seller" or measure.name in _SELLERS for _, measure in draft.measures)
