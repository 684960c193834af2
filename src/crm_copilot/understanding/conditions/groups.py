"""Whose rows or groups a number limits: the thing that stands before it, and how a quantity is summed up for it."""

from __future__ import annotations

from typing import cast

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import EACH, Agg, Measure, aggregate_of
from crm_copilot.understanding.draft import Draft

# What a thing has exactly one of cannot limit it: "products from more than one category" is about the orders.
_ONE_EACH = frozenset(
    {("product", "category"), ("item", "category"), ("item", "seller"), ("item", "product"), ("order", "customer")}
)
# Things that have many reviews, so that their score is an average.
# Verbs by which things are named: whoever does it is limited, not what is done.
_DOING = frozenset(
    "bought buy buys ordered order purchased purchase sold sell compraram comprou compram venderam vendeu".split()
)
# Behind products: those themselves have so many sellers.
_BY_WHOM = frozenset("sold offered that which who que vendidos vendido oferecidos listed have has com with".split())
# Grains whose words also measure durations: "delivered in days".
_UNITS = frozenset(("hours", "hour", "hora", "horas"))
# What may stand between a stretch of time and the condition on it.
_PASSED = frozenset("entity metric with which quantity list by agg value period".split())
_REVIEWED = frozenset("seller customer category city state product".split())


def subject(draft: Draft, index: int) -> int | None:
    """Return the mention of a thing or dimension that stands before and is being limited."""
    for place in range(index - 1, -1, -1):
        thing = draft.named(place, "entity") or draft.kind(place) == "dimension"
        if (draft.word(place) in _DOING and place > 0) or _names_a_value(draft, place):
            continue
        if thing and draft.roles.get(place) not in ("threshold", "absorbed"):
            return place
    return None


def _is_held(draft: Draft, place: int, index: int, target: Measure) -> bool:
    """Whether products are only what an order or a customer has: "orders with products from two sellers"."""
    held = draft.named(place, "entity") == "product" and target.entity in ("seller", "category")
    owner = any(draft.named(i, "entity") in ("order", "customer") for i in range(place))
    return held and owner and not _BY_WHOM & set(draft.gap(place, index))


def _names_a_value(draft: Draft, place: int) -> bool:
    """Whether a dimension only says what a value is: "products of the category toys with more than 30 sales"."""
    named = draft.named(place, "dimension")
    value = draft.named(place + 1, "value") if draft.kind(place + 1) == "value" else ""
    last = named.rsplit("_", 1)[-1]
    before = draft.kind(place - 1) == "value" and draft.kind(place) == "dimension" and draft.kind(place - 2) != "by"
    behind = bool(named and value) and value.endswith(last) and draft.touching(place, place + 1)
    return behind or (before and draft.touching(place - 1, place))  # "in the state of SP", "in SP state"


def subject_key(draft: Draft, index: int, target: Measure) -> str | None:
    """Return the field whose groups a measure limits, None when the question names none."""
    if draft.language == "zh" and (key := _key_behind(draft, index, target)):
        return key
    place = subject(draft, index)
    while place is not None:
        if (key := _key_at(draft, place, target)) and not _is_held(draft, place, index, target):
            return key
        place = subject(draft, place)
    return None


def stretch_key(draft: Draft, index: int) -> str | None:
    """Return the key of "months with more than 1,000 orders", each month being a row of the answer, or None."""
    for place in range(index - 1, -1, -1):
        if draft.kind(place) == "grain":
            counted = draft.kind(place - 1) == "agg" and draft.name(place - 1) == "count"
            if counted or draft.word(place) in _UNITS or draft.roles.get(place):
                return None
            draft.marks.setdefault(place, "which")
            return EACH
        if draft.kind(place) not in _PASSED:
            return None
    return None


def _key_behind(draft: Draft, index: int, target: Measure) -> str | None:
    """Chinese puts the thing behind its condition, with 的 between them."""
    for place in range(index + 1, min(len(draft.items), index + 5)):
        if "的" in draft.gap(place - 1, place) and (key := _key_at(draft, place, target)):
            draft.use(place, "subject")
            return key
    return None


def _key_at(draft: Draft, place: int, target: Measure) -> str | None:
    if draft.kind(place) == "dimension":
        return draft.name(place)
    entity = draft.named(place, "entity")
    if draft.kind(place) != "entity" or entity == target.entity or (entity, target.entity) in _ONE_EACH:
        return None
    key = entities()[entity].key
    return key if key in fields() else None


def row_or_group(draft: Draft, index: int, quantity: str, agg: str | None) -> Measure | str:
    """Decide whether a quantity is compared row by row or summed up for each group first."""
    if agg and agg != "count":
        return aggregate_of(quantity, cast(Agg, agg))
    place = subject(draft, index)
    if place is None:
        return quantity
    entity, dimension = draft.named(place, "entity"), draft.named(place, "dimension")
    table = fields()[quantity].table
    if not entity and dimension:
        return aggregate_of(quantity) if fields()[dimension].table != table else quantity
    return aggregate_of(quantity) if entity in _REVIEWED and table == "reviews" else quantity


def agg_at(draft: Draft, index: int) -> str | None:
    """Return the aggregation inside a phrase, before it, or (in Portuguese) behind it."""
    inside = draft.items[index].data.get("agg")
    if inside:
        return str(inside)
    if before := agg_before(draft, index):
        return draft.name(before[0])
    after = index + 1
    if draft.free(after) and draft.kind(after) == "agg" and draft.touching(index, after) and draft.language == "pt":
        draft.use(after, "agg")
        return draft.name(after)
    return None


def agg_before(draft: Draft, index: int) -> list[int]:
    """Return the aggregation right before a mention, as a list of none or one."""
    before = index - 1
    found = draft.free(before) and draft.kind(before) == "agg" and draft.touching(before, index)
    return [before] if found else []
