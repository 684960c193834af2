"""What stands behind a number: kilograms, reais, percent, days, instalments."""

from __future__ import annotations

import re
from typing import NamedTuple

from crm_copilot.catalog import fields
from crm_copilot.understanding.draft import Draft


class Unit(NamedTuple):
    """A field, or a kind of unit ("money", "percent", "days", "hours") or "", and the factor to the unit used here."""

    name: str
    factor: float


_WEIGHTS = {"kg": 1000.0, "kgs": 1000.0, "quilo": 1000.0, "kilo": 1000.0, "kilogram": 1000.0, "公斤": 1000.0,
            "g": 1.0, "gram": 1.0, "grama": 1.0}  # fmt: skip
_MONEY = frozenset("$ r brl reai real reais".split())
# Behind these a number of hours is a time of the day: "a partir das 22h".
_CLOCK = ("das", "às", "as", "à")
_TIMES = frozenset("x vez veze vezes parcela prestacao instalment installment".split())
_PAID = re.compile(r"\b(?:pag(?:ou|aram|am|amos|[oa]s?)|parcel\w+|dividi\w+)\b", re.IGNORECASE)
_OCCASIONS = frozenset("time vez veze vezes 次".split())
TIME_UNITS = {
    **dict.fromkeys(("day", "days", "dia", "dias", "天"), Unit("days", 1.0)),
    **dict.fromkeys(("week", "semana", "周"), Unit("days", 7.0)),
    **dict.fromkeys(("month", "mes", "mese"), Unit("days", 30.0)),
    **dict.fromkeys(("hour", "hora", "小", "h", "hs"), Unit("hours", 1.0)),
}


def unit_of(draft: Draft, number: int) -> Unit:
    """Return the unit that stands at a number."""
    if draft.word(number) in ("twice", "thrice"):
        return Unit("times", 1.0)
    following = next((key for key in draft.behind(number, 2) if key != "+"), "")
    if following in _WEIGHTS:
        draft.fillers.add(draft.items[number].end)
        return Unit("product_weight_g", _WEIGHTS[following])
    if _MONEY & {following, *draft.before(number, 2)}:
        return Unit("money", 1.0)
    if following in ("%", "percent"):
        return Unit("percent", 1.0)
    if following in TIME_UNITS:
        clock = TIME_UNITS[following].name == "hours" and _before(draft, number) in _CLOCK
        return Unit("order_hour", 1.0) if clock else TIME_UNITS[following]
    if following in _TIMES and is_about_paying(draft):
        draft.fillers.add(draft.items[number].end)
        return Unit("payment_installments", 1.0)
    if following in _OCCASIONS:
        draft.fillers.add(draft.items[number].end)
        return Unit("times", 1.0)
    return Unit("", 1.0)


def _before(draft: Draft, number: int) -> str:
    start = draft.items[number].start
    return draft.tokens[start - 1].text.casefold() if start else ""


def is_about_paying(draft: Draft) -> bool:
    """Whether the question is about paying, so that "10x" means instalments."""
    about = [draft.named(i, "value", "predicate", "dimension", "quantity") for i in range(len(draft.items))]
    paid = any(name in fields() and fields()[name].table == "payments" for name in about)
    return paid or draft.has("entity", "payment") or _PAID.search(draft.question) is not None
