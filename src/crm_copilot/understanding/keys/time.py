"""The time of a breakdown: which of several grains it is by, and which moment dates the rows."""

from __future__ import annotations

import re

from crm_copilot.library.plan import By
from crm_copilot.understanding.draft import Draft

_SEASONS = ("season", "sazon", "季")
_CREATED = re.compile(r"\b(?:created|written|submitted|answered|criadas?|escritas?|recebidas|feitas)\b", re.IGNORECASE)


def date_by_cohort(draft: Draft) -> None:
    """Read "by month of first purchase" as cohorts: time is then the customer's first order."""
    measures = [measure for _, measure in draft.measures]
    others = any(measure.metric != "new_customers" for measure in measures)
    if not others or all(m.entity == "customer" and not m.part for m in measures if m.metric != "new_customers"):
        return
    for index, item in enumerate(draft.items):
        first = item.name == "is_first_order" and item.kind in ("predicate", "metric")
        first = first and draft.roles.get(index) != "moment"  # "what day was the first purchase"
        if first and "grain" in (draft.kind(index - 1), draft.kind(index + 1), draft.kind(index - 2)):
            draft.time = "first_purchase"
            draft.where = [(i, c) for i, c in draft.where if c.field != "is_first_order"]
            draft.keys = [(i, k) for i, k in draft.keys if k.field != "is_first_order"]


def date_by_review(draft: Draft) -> None:
    """Date reviews by their own day where the question says so: "reviews created in 2018"."""
    reviews = any(measure.table == "reviews" for _, measure in draft.measures)
    dated = draft.has("period") and draft.has("entity", "review") and draft.time is None
    if reviews and dated and _CREATED.search(draft.question):
        draft.time = "review_creation_date"


def keep_one_grain(draft: Draft) -> None:
    """Keep one grain of time: "by year and month" is by month, and "trend" yields to a grain that is named."""
    times = {i: key for i, key in draft.keys if key.field == "time"}
    dropped = {i for i, key in times.items() if _yields(draft, i, key, list(times.values()))}
    if any(draft.kind(i) == "grain" for i in times):
        dropped |= {i for i in times if draft.kind(i) == "trend"}
    draft.keys = [(i, key) for i, key in draft.keys if i not in dropped or key.field != "time"]
    spelt_out = {key.field for i, key in draft.keys if key.bins and draft.kind(i) == "bands"}
    draft.keys = [(i, k) for i, k in draft.keys if k.field not in spelt_out or draft.kind(i) == "bands"]


def _yields(draft: Draft, index: int, key: By, times: list[By]) -> bool:
    """Whether a grain gives way to another one of the question."""
    grains = {other.grain for other in times}
    if key.grain == "year":
        ranked = any(draft.marks.get(i) in ("rank", "which") and other.grain == "month" for i, other in draft.keys)
        return "month" in grains and not (ranked and draft.marks.get(index) == "by")  # "the best month of each year"
    if key.grain == "hour":
        return "daypart" in grains
    return key.grain == "month of year" and len(times) > 1 and any(word in draft.word(index) for word in _SEASONS)
