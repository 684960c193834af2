"""Customers over time: gaps between orders, who came back, who was lost, cohorts and RFM."""

from __future__ import annotations

import re
from datetime import timedelta

from crm_copilot.library.plan import Special
from crm_copilot.understanding.specials.asked import Asked, bounds, special

_GRAINS = {"month": "M", "quarter": "Q", "year": "Y"}
_FIRST_TO_SECOND = re.compile(
    r"\b(?:first|1st|primeir[ao])\b.*\b(?:second|2nd|segund[ao])\b"
    r"|\b(?:until|to|before|ate|para) (?:the |their |a |o )?(?:second|2nd|segund[ao])\b"
)
_MATRIX = ("matrix", "retention", "later", "curve", "month 1")


def gaps(asked: Asked) -> Special | None:
    """Read "how many days pass between two orders"; from an order to its review is something else."""
    draft = asked.draft
    if draft.has("entity", "review"):
        return None
    if any(item.kind == "by" and draft.kind(i + 1) == "entity" for i, item in enumerate(draft.items)):
        number = next((int(item.value) for item in draft.items if item.kind == "number"), None)
        return special("days_between_orders_by_customer", minimum=number)
    first = bool(_FIRST_TO_SECOND.search(asked.text))
    return special("days_between_orders", how=asked.median, first_only=first or None)


def cohort(asked: Asked) -> Special | None:
    """Read "retention by cohort", "how many customers of each month came back"."""
    draft = asked.draft
    if draft.has("metric", "revenue", "aov", "revenue_per_customer") or draft.has("entity", "lead", "deal"):
        return None
    words = draft.question.casefold()
    if asked.word.endswith("retention") or any(word in words for word in _MATRIX):
        return special("cohort_retention")
    return _sizes(asked)


def _sizes(asked: Asked) -> Special:
    grains = (_GRAINS[item.name] for item in asked.draft.items if item.kind == "grain" and item.name in _GRAINS)
    period = asked.periods[0] if len(asked.periods) == 1 else None
    return special("cohort_sizes", grain=next(grains, None), **bounds(period))


def rfm(asked: Asked) -> Special | None:
    """Read "segment customers by RFM"."""
    draft = asked.draft
    if any(item.kind in ("compare", "bands") for item in draft.items):
        return None
    each = any(item.kind == "by" and draft.name(i + 1) == "customer" for i, item in enumerate(draft.items))
    return special("rfm_by_customer", k=asked.limit) if each or asked.limit else special("rfm_segments")


def lapsed(asked: Asked) -> Special | None:
    """Read "customers who have not bought for six months"."""
    draft = asked.draft
    if not draft.has("entity", "customer") or draft.has("entity", "seller", "product") or draft.has("dimension"):
        return None
    if asked.periods:
        first = asked.periods[0]
        since = first.end if first.label.startswith(("before", "until")) else first.start
    elif asked.days:
        since = asked.last_day + timedelta(1) - timedelta(asked.days)
    else:
        return None
    return special("lapsed_customers", since=since.isoformat(), percent=asked.percent)


def again(asked: Asked) -> Special | None:
    """Read "who bought in 2017 and again in 2018", "a second order within 90 days"."""
    draft = asked.draft
    first_time = any(draft.named(i, "predicate") == "is_first_order" for i in range(len(draft.items)))
    if first_time and draft.has("grain") and not draft.has("metric", "revenue", "aov"):
        return _sizes(asked)
    if len(asked.periods) == 2 and draft.has("entity", "customer"):
        return _bought_again(asked)
    second = any(word in item.text.casefold() for item in draft.items for word in ("second", "segund"))
    return special("second_order_within", days=asked.days) if asked.days and second else None


def _bought_again(asked: Asked) -> Special:
    first, second = sorted(asked.periods, key=lambda period: period.start)
    percent = asked.percent or ("%" in asked.draft.question or None)
    lost = asked.draft.has("no") or None
    return special("bought_again", **bounds(first), **bounds(second, "again_"), percent=percent, lost=lost)
