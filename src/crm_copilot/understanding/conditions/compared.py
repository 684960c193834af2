"""Two amounts of one thing held against each other: "orders on which freight was more than the goods"."""

from __future__ import annotations

from typing import Literal

from crm_copilot.catalog import entities, fields
from crm_copilot.library.combining import less
from crm_copilot.library.plan import Condition, Having, Measure, measure_of
from crm_copilot.understanding.draft import Draft

Side = Literal["goods", "freight"]
_SIDES: dict[str, Side] = {
    "freight_value": "freight", "total_freight": "freight", "order_freight": "freight",
    "price": "goods", "revenue": "goods", "order_value": "goods",
}  # fmt: skip
_SUMS = {"goods": "revenue", "freight": "total_freight"}
_THAN = ("than", "do que", "que")
_ROWS = ("item", "product")
_MANY = ("customer", "seller", "order")


def read_compared(draft: Draft) -> None:
    """Turn "freight above the goods" into a condition on each order, customer, seller or item that is named."""
    for index in draft.indices("compare"):
        if draft.kind(index) == "compare" and draft.name(index) in (">", "<") and draft.free(index):
            _read_comparison(draft, index)
    for index in draft.indices("transform"):
        if draft.word(index) in _THAN and draft.name(index - 2) in ("desc", "asc"):
            _read_more_than(draft, index)
    for index in draft.indices("predicate"):
        if draft.name(index) == "is_freight_above_price" and draft.word(index).endswith("s"):
            _read_plural(draft, index)


def _read_comparison(draft: Draft, index: int) -> None:
    right, left = _side(draft, index + 1), _side(draft, index - 1)
    if right is None or not draft.touching(index, index + 1, at_most=3):
        return
    place = _subject(draft, index - 1 if left else index)
    if left is None and place == index - 1:
        left = "goods" if right == "freight" else None  # "items that cost less than their freight"
    if left is None or left == right or place is None:
        return
    op = draft.name(index)
    above = left if op == ">" else right
    _limit(draft, index, place, above)
    for used in (index - 1, index, index + 1):
        if used != place and draft.free(used):
            draft.use(used, "threshold")


def _read_more_than(draft: Draft, index: int) -> None:
    """Read "customers who paid more freight than goods"."""
    left, right, place = _side(draft, index - 1), _side(draft, index + 1), _subject(draft, index - 2)
    if left is None or right is None or left == right or place is None or draft.kind(index - 2) != "order":
        return
    _limit(draft, index, place, left if draft.name(index - 2) == "desc" else right)
    for used in (index - 2, index - 1, index, index + 1):
        draft.use(used, "threshold")


def _read_plural(draft: Draft, index: int) -> None:
    """Read "orders with freight above the products" as of the whole order, not of one of its items."""
    place = _subject(draft, index)
    if place is not None and draft.name(place) in _MANY:
        _limit(draft, index, place, "freight")
        draft.use(index, "threshold")


def _side(draft: Draft, index: int) -> Side | None:
    """Return which of the two amounts a mention names."""
    if not draft.free(index):
        return None
    named = draft.named(index, "metric", "quantity")
    if named:
        return _SIDES.get(named)
    return "goods" if draft.kind(index) == "entity" and draft.name(index) in _ROWS else None


def _subject(draft: Draft, before: int) -> int | None:
    """Return the thing whose amounts are compared: the nearest that stands before them."""
    for place in range(before - 1 if before else -1, -1, -1):
        if draft.kind(place) == "entity" and draft.name(place) in (*_MANY, *_ROWS):
            owner = next((i for i in range(place) if (draft.kind(i), draft.name(i)) == ("entity", "order")), None)
            return owner if draft.name(place) == "customer" and owner is not None else place
    ahead = before if 0 <= before < len(draft.items) and draft.kind(before) == "entity" else None
    return ahead if ahead is not None and draft.name(ahead) in _ROWS else None


def _limit(draft: Draft, index: int, place: int, above: Side) -> None:
    entity = draft.name(place)
    if entity in _ROWS:
        op: Literal["is", "is not"] = "is" if above == "freight" else "is not"
        draft.where.append((index, Condition("is_freight_above_price", op)))
        return
    key = entities()[entity].key
    if key in fields():
        draft.having.append((index, Having(key, _difference(above), ">", 0)))


def _difference(above: Side) -> Measure:
    below: Side = "goods" if above == "freight" else "freight"
    return less(measure_of(_SUMS[above]), measure_of(_SUMS[below]))
