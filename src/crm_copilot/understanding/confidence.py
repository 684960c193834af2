"""How sure a reading is: each word that was not read, each mention that was not used and each doubt takes its part."""

from __future__ import annotations

from collections.abc import Sequence

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.misgivings import misgivings

_SURE = 0.97
_SURE_OF_SPECIAL = 0.92
# Mentions that may stay unused without harm, and what others cost.
_HARMLESS = frozenset({"with", "which", "list", "by", "how", "number"})
_UNUSED = {
    "unsupported": 0.5, "no": 0.5, "compare": 0.15, "transform": 0.12, "special": 0.45, "order": 0.1, "grain": 0.1,
    "agg": 0.06, "entity": 0.03,
}  # fmt: skip
_OTHER = 0.2
# Things whose only words count them ("different categories"), so that they are not named by the way.
_COUNTED_BY_NAME = ("category", "city", "state")
# Before these a word that aggregates may be a place: "orders in contagem", which is a city too.
_PLACED, _PERHAPS_A_PLACE = (["in"], ["from"], ["em"]), 0.45
_THEIR = (["their"], ["its"])
# What an unknown word costs: more in a short question, of which it is a larger part.
_UNKNOWN, _MOST_UNKNOWN, _SHARE_UNKNOWN = 0.2, 0.45, 1.6
# Aggregations that change little when they are left out.
_WEAK_AGGS = ("mean", "sum", "count")
# Words that only say again what the special functions are about.
_AGAIN = frozenset(
    "later size depois nele nela primeira first last recency frequency desses dessas deles second".split()
)


def confidence_of(draft: Draft, plan: Plan, unread: Sequence[str]) -> float:
    """Return 0 to 1 for a plan that was made from the draft."""
    _use_averages(draft, plan)
    for reason, weight in misgivings(draft, plan):
        draft.doubt(reason, weight)
    _doubt_unused(draft)
    aside = set(draft.aside())
    share = 0.0 if draft.is_fragment else _SHARE_UNKNOWN / max(len(draft.tokens), 1)
    weight = min(_MOST_UNKNOWN, max(_UNKNOWN, share))
    for word in unread:
        draft.doubt(f"{word} is not known", weight if len(word) > 2 and word not in aside else 0.08)
    return _product(_SURE, draft)


def confidence_of_special(draft: Draft, unread: Sequence[str]) -> float:
    """Return 0 to 1 for a special function that the draft asks for."""
    for word in unread:
        draft.doubt(f"{word} is not known", 0.03 if word.casefold() in _AGAIN else 0.12)
    return _product(_SURE_OF_SPECIAL, draft)


def _use_averages(draft: Draft, plan: Plan) -> None:
    """Where the measure is an average already, "on average" says it again."""
    if any(measure.agg == "mean" or measure.divisor for measure in plan.measures):
        for index in draft.indices("agg"):
            if draft.name(index) == "mean":
                draft.use(index, "agg")


def _doubt_unused(draft: Draft) -> None:
    for index, item in enumerate(draft.items):
        if index not in draft.roles and item.kind not in _HARMLESS:
            draft.doubt(f"{item.text} is not used", _cost_of_unused(draft, index))
        if item.fuzzy:
            draft.doubt(f"{item.text} is misspelt", 0.04)


def _cost_of_unused(draft: Draft, index: int) -> float:
    item = draft.items[index]
    if item.kind == "agg" and draft.before(index, 1)[-1:] in _PLACED:
        return _PERHAPS_A_PLACE
    if item.kind == "no" and draft.behind(index, 1) == ["of"]:
        return _OTHER  # "no of customers" is their number
    owned = draft.before(index, 1)[-1:] in _THEIR  # "the payments and their sum"
    strong = item.kind == "agg" and (item.name not in _WEAK_AGGS or owned)
    strong = strong or (item.kind == "entity" and (item.counts or item.name in _COUNTED_BY_NAME))
    return 0.3 if strong else _UNUSED.get(item.kind, _OTHER)


def _product(sure: float, draft: Draft) -> float:
    for weight in draft.doubts.values():
        sure *= 1 - weight
    return round(sure, 4)
