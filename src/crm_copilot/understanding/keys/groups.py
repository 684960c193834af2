"""Group keys: of the mentions that are marked, and of dimensions and grains that nothing else has used."""

from __future__ import annotations

import re

from crm_copilot.catalog import entities, fields
from crm_copilot.library.plan import By, by_time
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.keys.grains import breaks_down, is_unit
from crm_copilot.understanding.keys.sides import is_end_of_route, side_of
from crm_copilot.understanding.keys.time import date_by_cohort, date_by_review, keep_one_grain

# The inner edges of bands, by the unit of a quantity that has many values.
_BANDS = {
    "BRL": (50, 100, 200, 500, 1000), "days": (5, 10, 15, 20, 30), "hours": (1, 6, 12, 24, 48),
    "g": (500, 1000, 5000, 10000), "km": (100, 500, 1000), "cm": (10, 20, 50), "cm3": (1000, 5000, 10000, 50000),
    "percent": (10, 25, 50, 100), "characters": (100, 500, 1000, 2000),
}  # fmt: skip
# What "customers by number of orders" is grouped by.
_COUNTS = {
    ("customer", "order"): "customer_orders", ("customer", "transaction"): "customer_orders",
    ("order", "item"): "items_per_order", ("order", "product"): "items_per_order",
    ("order", "seller"): "sellers_per_order", ("order", "payment"): "payments_per_order",
}  # fmt: skip
_WHERE_FROM = re.compile(r"\b(?:where|from where)\b.*\b(?:from|come|came)\b|\b(?:de|por) onde\b", re.IGNORECASE)
_KINDS_OF_DAY = ("weekday", "day of month")
_UNMARKED = ("dimension", "grain", "trend")
_PLACES = ("state", "city", "region", "category")
_CONSIDERING = frozenset("considering considerando considere using usando based".split())


def read_keys(draft: Draft) -> None:
    """Turn the marked mentions, and dimensions and grains that nothing else has used, into group keys."""
    date_by_cohort(draft)
    for index in range(len(draft.items)):
        if draft.free(index) and (index in draft.marks or draft.kind(index) in _UNMARKED):
            _read_key(draft, index)
    if not draft.keys and _WHERE_FROM.search(draft.question) and draft.has("entity", "lead"):
        draft.keys.append((0, By("origin")))  # "where do our leads come from"
    keep_one_grain(draft)
    date_by_review(draft)


def _read_key(draft: Draft, index: int) -> None:
    marked, kind, name = index in draft.marks, draft.kind(index), draft.name(index)
    if not marked and kind == "dimension" and (_only_explains(draft, index) or _limits_rows(draft, index)):
        draft.use(index, "nothing")
        return
    if not marked and kind == "grain" and not breaks_down(draft, index):
        draft.use(index, "nothing")
        if all(key.grain != name for _, key in draft.keys):
            single = draft.language == "en" and draft.before(index, 1) == ["a"]  # "orders a day"
            draft.doubt(f"{draft.items[index].text} may be a breakdown", 0.25 if single else 0.05)
        return
    if kind == "grain" and name == "day" and any(key.grain in _KINDS_OF_DAY for _, key in draft.keys):
        draft.use(index, "absorbed")  # "orders by weekday, I want to see on which day we sell most"
        return
    draft.use(index, "key")
    key = _key_of(draft, index)
    if key is None or any(key == known for _, known in draft.keys):
        return
    if (
        marked
        or is_end_of_route(draft, index)
        or not _said_before(draft, key, draft.items[index].end - draft.items[index].start)
    ):
        draft.keys.append((index, key))


def _only_explains(draft: Draft, index: int) -> bool:
    """Whether a dimension only says by what another one is meant: "by region, considering the customer's state"."""
    return bool(draft.keys) and bool(_CONSIDERING & set(draft.before(index, 3)))


def _limits_rows(draft: Draft, index: int) -> bool:
    """Whether a dimension only says which rows are meant: "the orders of categories whose mean price is over 200"."""
    limited = any(having.key == draft.name(index) and (i or 0) > index for i, having in draft.having)
    added_up = ("sum", "count", "nunique")
    measured = any(i < index and m.agg in added_up and not m.is_percent for i, m in draft.measures)
    led = draft.before(index, 1)[:1] in (["of"], ["from"], ["in"], ["de"], ["em"], ["para"])
    return limited and measured and led and draft.kind(index + 1) in ("with", "which", "compare")


def _said_before(draft: Draft, key: By, words: int) -> bool:
    """Whether a dimension only refers to a key again: "by seller state, only states with 50 orders"."""
    known = [other.field for _, other in draft.keys]
    if words > 1 and key.field not in known:
        return False
    last = key.field.rsplit("_", 1)[-1]
    return last in _PLACES and any(field.rsplit("_", 1)[-1] == last for field in known)


def _key_of(draft: Draft, index: int) -> By | None:
    kind = draft.kind(index)
    if kind == "trend":
        return by_time(_grain_said(draft) or draft.name(index))
    if kind == "grain":
        return None if is_unit(draft, index) else by_time(draft.name(index))
    dimension = draft.named(index, "dimension")
    if dimension and kind in ("dimension", "quantity"):
        return By(side_of(draft, index, dimension))
    if kind == "entity":
        return _thing_key(draft, index)
    quantity = draft.named(index, "quantity")
    if quantity and kind in ("quantity", "metric"):
        return By(quantity, bins=_BANDS.get(fields()[quantity].unit or "", ()))
    predicate = draft.named(index, "predicate")
    return By(predicate) if predicate else None


def _grain_said(draft: Draft) -> str:
    """Return the grain of a trend that is said beside it: "trend over the quarters", "ao longo das semanas"."""
    said = [i for i in draft.indices("grain") if draft.kind(i) == "grain" and draft.word(i).endswith("s")]
    places = [i for i in said if i not in draft.marks and not is_unit(draft, i)]
    if len(places) != 1:
        return ""
    draft.use(places[0], "absorbed")
    if draft.kind(places[0] - 1) == "compare" and not draft.has("number"):
        draft.use(places[0] - 1, "absorbed")
        draft.doubts.pop(f"{draft.word(places[0] - 1)} without a number", None)  # "over the quarters"
    return draft.name(places[0])


def _thing_key(draft: Draft, index: int) -> By | None:
    if (counted := _counted_key(draft, index)) is not None:
        return counted
    if draft.name(index) == "item" and draft.word(index).startswith("produ"):
        return By("product_id")
    key = entities()[draft.name(index)].key
    return By(key) if key in fields() and not _per_row(draft, index) else None


def _counted_key(draft: Draft, index: int) -> By | None:
    """Read "customers by number of orders" as a distribution: grouped by the count of the second thing."""
    counted = next((measure.entity for _, measure in draft.measures if measure.entity), None)
    if counted is None or not draft.items[index].counts:
        return None
    field = _COUNTS.get((counted, draft.name(index)))
    return By(field) if field else None


def _per_row(draft: Draft, index: int) -> bool:
    """Whether "per order" only says of what an average is: "average instalments per order by type"."""
    mean = any(measure.agg == "mean" or measure.divisor for _, measure in draft.measures)
    rows = draft.name(index) in ("order", "item", "payment", "review", "client")
    return rows and draft.kind(index - 1) == "by" and mean
