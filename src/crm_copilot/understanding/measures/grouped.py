"""Quantities that are grouped by, not measured: "distribution of scores", "most used number of instalments"."""

from __future__ import annotations

from crm_copilot.library.plan import By
from crm_copilot.understanding.draft import Draft

# Quantities that have few values, so that each can be a group.
FEW = frozenset(
    "review_score payment_installments items_per_order customer_orders product_photos_qty order_hour".split()
)


def read_quantities_as_keys(draft: Draft) -> None:
    """Mark the quantities whose values are the groups."""
    _read_limited_keys(draft)
    alone = sum(item.kind in ("metric", "quantity") for item in draft.items) == 1
    for index in draft.indices("quantity"):
        if draft.is_fragment and alone and draft.marks.get(index) == "by" and draft.named(index, "quantity") in FEW:
            draft.forced.add(index)  # "break it down by number of instalments"
            continue
        if draft.kind(index) not in ("quantity", "metric") or draft.marks.get(index) == "by":
            continue
        popular = _is_popular(draft, index) or _is_which(draft, index)
        counted = all(measure.entity for _, measure in draft.measures)
        spread = counted and _is_spread(draft, index)
        if popular or (spread and (alone or draft.named(index, "quantity") in FEW)):
            draft.marks[index] = "rank" if popular else "by"
            draft.forced.add(index)


def _read_limited_keys(draft: Draft) -> None:
    """Read "for each number of instalments between 1 and 10" as the groups, of which only those are wanted."""
    for index in draft.indices("quantity", free=False):
        limited = draft.roles.get(index) == "threshold" and draft.marks.get(index) == "by"
        if limited and draft.named(index, "quantity") in FEW:
            draft.keys.append((index, By(draft.named(index, "quantity"))))


def _is_popular(draft: Draft, index: int) -> bool:
    """Whether the commonest value is asked for: "most used number of instalments"."""
    before = index - 1
    common = draft.kind(before) == "adjective" and draft.name(before).split()[0] in ("order", "item")
    return common and draft.kind(index) == "quantity" and draft.name(index) in FEW


def _is_which(draft: Draft, index: int) -> bool:
    """Whether one of the values is asked for: "which number of instalments has the highest average value"."""
    asked = draft.kind(index - 1) == "which" and draft.touching(index - 1, index)
    return asked and draft.named(index, "quantity") in FEW and draft.has("order")


def _is_spread(draft: Draft, index: int) -> bool:
    """Whether "distribution of" stands before the quantity, or behind it as in a heading."""
    before = (index - 1, index - 2)
    led = any(_is_distribution(draft, at) and draft.touching(at, at + 1, at_most=2) for at in before)
    return led or (_is_distribution(draft, index + 1) and draft.touching(index, index + 1))


def _is_distribution(draft: Draft, index: int) -> bool:
    return draft.kind(index) == "transform" and draft.name(index) == "distribution"
