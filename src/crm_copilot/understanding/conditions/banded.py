"""Groups by the bands that the question spells out: "under 50, 50 to 100, over 100"."""

from __future__ import annotations

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By
from crm_copilot.understanding.draft import Draft


def read_bands(draft: Draft) -> None:
    """Group by the bands that the question spells out."""
    for index in draft.indices("bands"):
        draft.use(index, "key")
        quantity = _banded(draft, index, draft.name(index))
        if quantity is None:
            draft.doubt("what the bands are of", 0.5)
            continue
        item = draft.items[index]
        draft.keys.append((index, By(quantity, bins=tuple(item.value), closed=item.data.get("closed", "left"))))


def _banded(draft: Draft, index: int, unit: str) -> str | None:
    """Return the quantity that the bands are of: the nearest that has their unit."""
    if unit == "kg":
        return "product_weight_g"
    for place in sorted(draft.indices("quantity"), key=lambda i: (abs(i - index), i)):
        name = draft.named(place, "quantity")
        if name != "freight_value" and (unit != "money" or fields()[name].unit == "BRL"):
            draft.use(place, "absorbed")
            return name
    if draft.has("entity", "order"):
        return "order_value"
    return "price" if unit == "money" else None
