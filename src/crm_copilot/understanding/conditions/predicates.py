"""What rows are: late, delivered, on a weekend; as a condition, or as the two sides of a comparison."""

from __future__ import annotations

import re

from crm_copilot.catalog import fields
from crm_copilot.library.plan import By, Condition, Having, Op, count_of
from crm_copilot.understanding.conditions.lone import read_repeated
from crm_copilot.understanding.conditions.negation import negated
from crm_copilot.understanding.conditions.rest import is_against_rest
from crm_copilot.understanding.counted import listed_by_count
from crm_copilot.understanding.draft import Draft

# Predicates that ask for both sides when both are named.
_PAIRS = (
    ("is_late", "is_on_time"), ("is_late", "is_early"), ("is_weekend", "is_weekday"),
    ("is_first_order", "is_repeat_order"), ("is_repeat_customer", "is_one_time_customer"),
    ("is_first_order", "is_repeat_customer"), ("has_comment", "has_no_comment"),
    ("is_instalment", "is_single_instalment"), ("is_single_item", "is_multi_item"),
    ("is_same_state", "is_other_state"), ("has_review", "has_no_review"),
)  # fmt: skip
# "More than one order in 2018" counts the orders of that year; "repeat customers in 2018" came back at any time.
_SEVERAL = re.compile(r"more than|multiple|several|two or more|at least two|\b2\b|mais de|duas ou|dois ou|pelo menos")
# About customers, unless something else was done once: "products sold only once".
_ONCE = ("only once", "so uma vez", "só uma vez")
_ITEMS: dict[str, Op] = {"is_single_item": "==", "is_multi_item": ">"}
_SELLS = frozenset("sold sell sells vendeu venderam vendem".split())
_SAME_PLACE = ("is_same_state", "is_same_city", "is_other_state")


def read_predicates(draft: Draft) -> None:
    """Turn the predicates of the question into conditions or keys."""
    _absorb_parties(draft)
    if _split_weekdays(draft):
        return
    present = {
        name: index
        for index in draft.indices("predicate")
        if (name := draft.named(index, "predicate")) and draft.kind(index) in ("predicate", "metric")
    }
    _split_pairs(draft, present)
    if "is_repeat_customer" in present and "is_repeat_order" in present:
        draft.use(present.pop("is_repeat_order"), "absorbed")  # "repeat purchases: how many came back?"
    for name, index in present.items():
        if not draft.free(index) or draft.kind(index) != "predicate":
            continue
        if _is_key(draft, index, name, alone=len(present) == 1) or is_against_rest(draft, index):
            _split_by(draft, name, index)
            continue
        if name == "is_repeat_customer" and draft.has("period") and _SEVERAL.search(draft.word(index)):
            draft.use(index, "threshold")
            draft.having.append((index, Having("customer_unique_id", count_of("order"), ">", 1)))
            continue
        if name in _ITEMS and _sold_by_each(draft, index):
            draft.use(index, "threshold")
            draft.having.append((index, Having("seller_id", count_of("item"), _ITEMS[name], 1)))
            continue
        if draft.word(index) in _ONCE and read_repeated(draft, index, "=="):
            continue
        draft.use(index, "predicate")
        draft.where.append((index, Condition(name, "is not" if negated(draft, index) else "is")))


def _sold_by_each(draft: Draft, index: int) -> bool:
    """Whether one item, or several, is what a seller sold in all, and not what is in an order."""
    before = {token.key for token in draft.tokens[: draft.items[index].start]}
    seller = any(draft.name(i) in ("seller", "active_sellers") for i in range(index))
    return seller and bool(_SELLS & before) and not draft.has("entity", "order")


def _absorb_parties(draft: Draft) -> None:
    """Use up the two parties of "customer and seller are in the same state"."""
    for place in [i for i in draft.indices("predicate") if draft.name(i) in _SAME_PLACE]:
        for index in draft.indices("entity"):
            near = abs(index - place) <= 3 and draft.name(index) in ("customer", "seller")
            if near and draft.kind(index - 1) not in ("agg", "by"):
                draft.use(index, "absorbed")


def _split_weekdays(draft: Draft) -> bool:
    """Read "weekdays against weekends" as the two sides of one predicate."""
    weekday = next((i for i in draft.indices("grain") if draft.name(i) == "weekday"), None)
    if weekday is None or not draft.has("predicate", "is_weekend"):
        return False
    draft.use(weekday, "key")
    weekend = next(i for i in draft.indices("predicate") if draft.name(i) == "is_weekend")
    _split_by(draft, "is_weekend", weekend)
    return True


def _split_pairs(draft: Draft, present: dict[str, int]) -> None:
    """Group by a predicate whose opposite is named too; take both out of `present`."""
    others = any(c.field not in present for _, c in draft.where)
    wanted = others or not draft.has("transform", "share") or draft.has("transform", "compare")
    for first, second in _PAIRS:
        if wanted and first in present and second in present:
            _split_by(draft, first, present.pop(first))
            draft.use(present.pop(second), "key")
            if (base := fields()[first].base) in present:
                draft.use(present.pop(base), "absorbed")  # "those that arrived late and those that arrived on time"


def _is_key(draft: Draft, index: int, name: str, *, alone: bool) -> bool:
    """Whether a predicate is what is grouped by: "by late or not", "how late delivery affects the score"."""
    if draft.kind(index - 1) == "by" and draft.touching(index - 1, index):
        if draft.word(index - 1).endswith(("each", "cada")):
            return False  # "how many of each became deals"
        return listed_by_count(draft, index - 1) is None
    weighed = draft.has("transform", "impact", "correlation") or (
        draft.has("transform", "compare") and not draft.has("by")
    )
    measured = bool(draft.indices("quantity") or draft.indices("metric"))
    return weighed and measured and alone and not draft.has("transform", "share") and name != "is_delivered"


def _split_by(draft: Draft, predicate: str, index: int) -> None:
    draft.use(index, "key")
    draft.keys.append((index, By(predicate)))
    if base := fields()[predicate].base:
        draft.where.append((index, Condition(base)))


def with_base(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return the conditions that limit what a share is taken of, where a predicate brings one."""
    known = [fields()[c.field] for c in conditions if c.field in fields()]
    bases = [field.base for field in known]
    if any(field.table == "reviews" for field in known):
        bases.append("has_review")
    return tuple(Condition(base) for base in dict.fromkeys(bases) if base)
