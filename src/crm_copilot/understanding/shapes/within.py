"""Rankings inside groups, and groups of a ranking: "top 3 categories in each state", "sales of the top 3 by month"."""

from __future__ import annotations

import re

from crm_copilot.library.plan import By, Having, Measure, Plan
from crm_copilot.understanding.draft import Draft

_EACH = ("in each", "each", "for each", "within each", "per", "of each", "em cada", "de cada", "cada", "por")
# What stands before a ranking whose groups are spoken of: "revenue of the top 5", "how did the 3 biggest".
_OF = frozenset("of for from in across among did das dos nas nos da do de para entre".split())
_THE = frozenset("the our os as".split())
# "The five states that buy most, with the orders of each by month": the ranking comes first.
_SPLIT = re.compile(
    r",\s*(?:with (?:the |their )|com (?:o|a|os|as) |split|broken|told apart|separad|abert|quebrad|detalhad|dividid"
    r"|por m[êe]s|m[êe]s a m[êe]s|by month|month by month|shown by|and show)",
    re.IGNORECASE,
)
_EACH_OF_THEM = re.compile(r"\bem cada uma?\b|\b(?:in|from) each(?: one| of (?:them|those|these))?\W*$", re.IGNORECASE)
_EVERY = frozenset("each every cada".split())


def rank_within(draft: Draft, plan: Plan) -> Plan:
    """Read "top 3 categories in each state" as three for each state."""
    if len(plan.by) < 2 or plan.transform in ("growth", "yoy") or not (plan.order or plan.limit):
        return plan
    marked = {key: draft.marks.get(i) for i, key in draft.keys}
    valued = {key for i, key in draft.keys if draft.kind(i) == "value"}
    ranked = [key for key in plan.by if marked.get(key) in ("rank", "which")]
    groups = (key for key in plan.by if marked.get(key) == "by" or key in valued or key.field in ("time", "period"))
    inner = next((key for key in groups if key not in ranked), None)
    if inner is None and len(plan.by) == 2 and _EACH_OF_THEM.search(draft.question):
        inner = next((key for key in plan.by if key not in ranked), None)
    again = _said_again(draft, plan)
    if plan.limit and again is not None:
        ranked, inner = [key for key in plan.by if key != again], again
    listed = plan.having and not plan.limit and "order" not in draft.roles.values()
    if not ranked or inner is None or listed:
        return plan
    keys = (inner, *(key for key in plan.by if key != inner))
    return plan.but(by=keys, within=inner, limit=plan.limit or 1, order=plan.order or "desc")


def keep_ranked(draft: Draft, plan: Plan) -> Plan:
    """Read "monthly revenue of the top 5 categories" as the months of those that are the top 5 of all time."""
    ranked = [key for i, key in draft.keys if draft.marks.get(i) == "rank" and key in plan.by]
    others = tuple(key for key in plan.by if key not in ranked)
    if len(ranked) != 1 or len(others) != 1 or (plan.limit or 0) < 2 or plan.transform or not plan.measures:
        return plan
    if not _speaks_of(draft, ranked[0]):
        return plan
    measure = _ranked_by(draft, ranked[0], plan)
    shown = tuple(one for one in plan.measures if one != measure) or plan.measures
    among = Having(ranked[0].field, measure, "bottom" if plan.order == "asc" else "top", plan.limit or 0)
    by = (*others, *ranked)
    return plan.but(measures=shown, by=by, having=(*plan.having, among), limit=None, order=None)


def _ranked_by(draft: Draft, ranked: By, plan: Plan) -> Measure:
    """Return the measure that is said behind the ranked things: "the top 5 categories by revenue"."""
    place = next(i for i, key in draft.keys if key == ranked)
    said = (measure for i, measure in draft.measures if i == place + 2 and draft.kind(place + 1) == "by")
    found = draft.ranked_by or next(said, plan.measures[0])
    return found if found in plan.measures else plan.measures[0]


def _speaks_of(draft: Draft, ranked: By) -> bool:
    """Whether a number of the ranked things stands told behind it: "monthly revenue of the top 5 categories"."""
    if ranked.grain or ranked.bins or ranked.field == "period":
        return False
    place = next((i for i, key in draft.keys if key == ranked), 0)
    first = min((i for i in (place, place - 1, place - 2) if _ranks(draft, i)), default=place)
    if _SPLIT.search(draft.question):
        return first < place or "limit" in draft.roles.values()
    said = [word for word in draft.before(first, 2) if word not in _THE]
    each = bool(_EVERY & {token.key for token in draft.tokens})
    return first < place and bool(said) and said[-1] in _OF and not each


def _ranks(draft: Draft, index: int) -> bool:
    return draft.roles.get(index) in ("limit", "order")


def _said_again(draft: Draft, plan: Plan) -> By | None:
    """Return the key that "in each" names once more: "revenue by year and category, top 3 in each year"."""
    for index in draft.indices("by", free=False):
        name = draft.named(index + 1, "grain", "dimension")
        if draft.word(index) in _EACH and name and index + 1 not in {i for i, _ in draft.keys}:
            return next((key for key in plan.by if name in (key.field, key.grain)), None)
    return None
