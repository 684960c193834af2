"""Questions that a function of its own answers: which one, and with what filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from crm_copilot.domain import Period
from crm_copilot.library.plan import Plan, Special
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

# Ways of asking that are told by several words at a distance.
_PATTERNS = {
    "gaps": re.compile(
        r"\b(?:time|days?|gap|interval|tempo|dias|intervalo|hiato)\b.{0,40}\b(?:between|betwen|entre)\b(?!.{0,40}\b(?:deliver|approv|estimat|entreg|aprova|carrier|ship))"
        r".{0,40}\b(?:orders?|purchases?|pedidos?|compras?)\b|两次(?:购买|下单)"
    ),
    "again": re.compile(r"\b(?:both in|tanto em|ambos)\b"),
    "first_sale": re.compile(r"\b(?:days?|long|time|dias|tempo)\b.*\bfirst (?:order|sale)\b|\bprimeira venda\b"),
}
_PERIOD_OF = {"month": "M", "quarter": "Q", "year": "Y"}


def read_special(draft: Draft, last_day: date) -> Plan | None:
    """Return the plan of a special function when the question asks for one, None when it does not."""
    families = {s.name: i for i, item in enumerate(draft.items) if (s := item.sense("special"))}
    words = plain(draft.question)
    for name, pattern in _PATTERNS.items():
        if name not in families and pattern.search(words):
            families[name] = -1
    for name, read in _READERS.items():
        if name in families:
            special = read(draft, families[name], last_day)
            if special is not None:
                return Plan(special=special)
    return None


def _params(**values: object) -> tuple[tuple[str, object], ...]:
    return tuple((key, value) for key, value in values.items() if value is not None)


def _limit(draft: Draft) -> int | None:
    numbers = [i for i in draft.indices("number", free=False) if draft.kind(i) == "number"]
    ranked = [
        i
        for i in numbers
        if draft.kind(i - 1) in ("order", "adjective", "which")
        or draft.kind(i + 1) in ("dimension", "entity", "order", "adjective")
    ]
    return int(draft.items[ranked[0]].value) if ranked else None


def _periods(draft: Draft) -> list[Period]:
    return [item.value.period for item in draft.items if item.kind == "period"]


def _pairs(draft: Draft, index: int, last_day: date) -> Special | None:
    anchors = [s.value for item in draft.items if (s := item.sense("value")) and s.name == "product_category"]
    by_category = (
        "categor" in plain(draft.question)
        or "品类" in draft.question
        or draft.has("dimension", "product_category")
        or bool(anchors)
        or draft.has("entity", "category")
    )
    level = "product_category" if by_category else "product_id"
    if anchors:
        return Special("bought_with", _params(anchor=anchors[0], k=_limit(draft)))
    if not (
        by_category
        or draft.has("dimension", "product_id")
        or draft.has("entity", "product", "item")
        or "produ" in plain(draft.question)
    ):
        return None
    return Special("bought_together", _params(level=level, k=_limit(draft)))


def _gaps(draft: Draft, index: int, last_day: date) -> Special:
    number = next((int(i.value) for i in draft.items if i.kind == "number"), None)
    if any(draft.kind(i) == "by" and draft.kind(i + 1) == "entity" for i in range(len(draft.items))):
        return Special("days_between_orders_by_customer", _params(minimum=number))
    how = "median" if draft.has("agg", "median") else None
    first = bool(re.search(r"\b(?:first|primeir[ao])\b.*\b(?:second|segund[ao])\b", plain(draft.question)))
    return Special("days_between_orders", _params(how=how, first_only=first or None))


def _range(draft: Draft, index: int, last_day: date) -> Special | None:
    blocked = draft.has("metric") or draft.has("quantity") or draft.has("dimension") or draft.has("period")
    return None if blocked else Special("date_range")


def _cohort(draft: Draft, index: int, last_day: date) -> Special | None:
    if draft.has("metric", "revenue", "aov", "revenue_per_customer") or draft.has("entity", "lead", "deal"):
        return None
    words = draft.question.casefold()
    if (
        "matrix" in words
        or "later" in words
        or "curve" in words
        or "month 1" in words
        or draft.items[index].text.casefold().endswith("retention")
    ):
        return Special("cohort_retention")
    return _sizes(draft)


def _sizes(draft: Draft) -> Special:
    grain = next((_PERIOD_OF[i.name] for i in draft.items if i.kind == "grain" and i.name in _PERIOD_OF), None)
    found = _periods(draft)
    start, end = (found[0].start.isoformat(), found[0].end.isoformat()) if len(found) == 1 else (None, None)
    return Special("cohort_sizes", _params(grain=grain, start=start, end=end))


def _rfm(draft: Draft, index: int, last_day: date) -> Special | None:
    if any(item.kind in ("compare", "bands") for item in draft.items):
        return None
    each = any(
        draft.kind(i) == "by" and draft.items[i + 1].name == "customer" for i in range(len(draft.items) - 1)
    ) or _limit(draft)
    return Special("rfm_by_customer", _params(k=_limit(draft))) if each else Special("rfm_segments")


def _first_sale(draft: Draft, index: int, last_day: date) -> Special | None:
    won = (
        draft.has("entity", "deal")
        or draft.has("predicate", "is_closed", "is_funnel_seller")
        or "clos" in draft.question.casefold()
    )
    return Special("days_to_first_sale", _params(how="median" if draft.has("agg", "median") else None)) if won else None


def _stages(draft: Draft, index: int, last_day: date) -> Special | None:
    measured = (
        draft.has("metric") or draft.has("quantity") or draft.has("by") or draft.has("dimension") or draft.has("agg")
    )
    return None if measured or draft.has("entity", "seller") else Special("funnel_stages")


def _figures(draft: Draft, index: int, last_day: date) -> Special | None:
    if draft.has("by") or draft.has("dimension") or draft.has("grain"):
        return None
    found = _periods(draft)
    if len(found) > 1:
        return None
    start, end = (found[0].start.isoformat(), found[0].end.isoformat()) if found else (None, None)
    return Special("key_figures", _params(start=start, end=end))


def _lapsed(draft: Draft, index: int, last_day: date) -> Special | None:
    if not draft.has("entity", "customer") or draft.has("entity", "seller", "product") or draft.has("dimension"):
        return None
    found = _periods(draft)
    days = _days(draft)
    if found:
        since = found[0].start
    elif days:
        since = last_day + timedelta(1) - timedelta(days)
    else:
        return None
    percent = True if draft.has("transform", "share") else None
    return Special("lapsed_customers", _params(since=since.isoformat(), percent=percent))


def _days(draft: Draft) -> float | None:
    factors = {"day": 1, "week": 7, "month": 30, "year": 365}
    for i, item in enumerate(draft.items):
        if item.kind == "number" and draft.kind(i + 1) == "grain" and draft.items[i + 1].name in factors:
            return float(item.value) * factors[draft.items[i + 1].name]
    return None


def _again(draft: Draft, index: int, last_day: date) -> Special | None:
    found = _periods(draft)
    first_time = any(
        item.sense("predicate") and item.sense("predicate").name == "is_first_order" for item in draft.items
    )  # type: ignore[union-attr]
    if first_time and draft.has("grain") and not draft.has("metric", "revenue", "aov"):
        return _sizes(draft)
    if len(found) == 2 and draft.has("entity", "customer"):
        first, second = sorted(found, key=lambda p: p.start)
        percent = True if draft.has("transform", "share") or "%" in draft.question else None
        lost = True if draft.has("no") else None
        return Special(
            "bought_again",
            _params(
                start=first.start.isoformat(), end=first.end.isoformat(),
                again_start=second.start.isoformat(), again_end=second.end.isoformat(), percent=percent, lost=lost,
            ),
        )  # fmt: skip
    days = _days(draft)
    if days and any("second" in item.text.casefold() or "segund" in item.text.casefold() for item in draft.items):
        return Special("second_order_within", _params(days=days))
    return None


_READERS: dict[str, Callable[[Draft, int, date], Special | None]] = {
    "pairs": _pairs, "gaps": _gaps, "again": _again, "lapsed": _lapsed, "first_sale": _first_sale, "cohort": _cohort,
    "rfm": _rfm, "range": _range, "stages": _stages, "figures": _figures,
}  # fmt: skip
