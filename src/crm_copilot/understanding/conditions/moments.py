"""When something happened first or last: "when was the last order from Manaus", "data do primeiro pedido cancelado".

What limits the orders stands anywhere in the question and is read as it always is; only the words that ask for the
day are used up here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm_copilot.library.plan import aggregate_of
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

_DAY = "purchase_day"
_WHEN = (
    r"\b(?P<when>when (?:was|is|were|did|have|has)|(?:on )?(?:what|which) (?:exact )?(?:day|date)(?: (?:was|is|did))?"
    r"|(?:what(?:'s| is| was) )?(?:the )?(?:exact )?(?:date|day) of|quando (?:foi|e|eh|que)"
    r"|quando(?= \w+(?:mos|ram|u)\b)"
    r"|em (?:que|qual) (?:dia|data)(?: foi)?|(?:qual (?:foi |e )?)?(?:a data|o dia|data) d[eoa]s?)\b"
)
_FIRST = r"first|earliest|oldest|very first|1st|primeir[oa]|1\s?[aoªº]|mais antig[oa]"
_LAST = r"last|latest|(?:most )?recent|newest|most recently|ultim[oa]|mais recente"
_DEED = r"(?:orders?|purchases?|sales?|pedidos?|compras?|vendas?)"
_DOES = (
    r"(?:buy|buys|bought|ordered|order|purchased?|sell|sold|place (?:an )?order|compr(?:ou|aram|amos)"
    r"|vend(?:eu|eram|emos)|ped(?:iu|iram|imos))"
)
_UNITS = r"(?:\d+ )?(?:years?|months?|weeks?|quarters?|days?|an[oa]s?|mes(?:es)?|semanas?|trimestres?|dias?)\b"
_END = rf"(?P<end>{_FIRST}|{_LAST})"
_ASKED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WHEN}.{{0,60}}?\b{_END} (?:[\w-]+ ){{0,2}}?(?P<deed>{_DEED})\b",
        rf"{_WHEN}.{{0,40}}?\b(?P<deed>{_DEED}) (?:\w+ )?(?P<end>mais recente|mais antig[oa])\b",
        rf"{_WHEN}.{{0,60}}?\b{_END} (?P<deed>{_DOES})\b",
        rf"{_WHEN} (?:a |the )?{_END} (?P<time>time|vez)\b(?: (?:that|que))?.{{0,40}}?\b(?P<deed>{_DOES})\b",
        rf"{_WHEN}.{{0,60}}?\b(?P<deed>{_DOES})\b.{{0,60}}?\b(?P<lead>for the |pela ){_END} (?P<time>time|vez)\b",
        rf"\b(?P<end>since when|desde quando)\b.{{0,40}}?\b(?P<deed>{_DOES}|selling|buying|vend\w+|compram?)\b",
        rf"\b{_END} (?:[\w-]+ ){{0,1}}?(?P<deed>order|purchase|sale)s? (?P<when>date|day)\b",
    )
)
# What happened to an order has a day of its own.
_ITS_OWN_DAY = re.compile(r"\b(?:deliver\w*|approv\w*|ship\w*|review\w*|entreg\w*|aprova\w*|envia\w*|avalia\w*)\b")


def read_moments(draft: Draft) -> None:
    """Turn "when was the last order" into the last day of the orders that are meant."""
    flat = plain(clean(draft.question))
    found = next((match for pattern in _ASKED if (match := pattern.search(flat))), None)
    if found is None or len(flat) != len(draft.question) or draft.language == "zh":
        _doubt_ends(draft)
        return
    others = _other_ends(flat, found)
    spans = [found.span(name) for name, said in found.groupdict().items() if said] + [end.span() for end in others]
    draft.fillers.update(_inside(draft, spans))
    place = len(draft.items)
    for index, item in enumerate(draft.items):
        if draft.free(index) and set(range(item.start, item.end)) & draft.fillers and item.kind != "value":
            draft.use(index, "moment")
            place = min(place, index)
    place = min(place, max(len(draft.items) - 1, 0))
    ends = sorted([found["end"], *(end["end"] for end in others[:1])], key=_is_last)
    draft.measures.extend((place, aggregate_of(_DAY, "max" if _is_last(end) else "min")) for end in ends)
    if _ITS_OWN_DAY.search(flat):
        draft.doubt("which day of an order is meant", 0.4)


def _doubt_ends(draft: Draft) -> None:
    """Doubt what names the ends of the data, and of which no day is asked: "latest orders from SP"."""
    if any(draft.named(i, "special") == "range" and draft.kind(i) == "special" for i in range(len(draft.items))):
        draft.doubt("which orders are the first or the last", 0.45)


def _is_last(end: str) -> bool:
    return re.fullmatch(_LAST, end) is not None


def _other_ends(flat: str, found: re.Match[str]) -> list[re.Match[str]]:
    """Return the words of the other end: "the first and the last order", "e quando foi a última"."""
    rest = re.finditer(rf"(?:\bquando foi |\bwhen was )?\b{_END}\b(?! (?:{_UNITS}))", flat)
    return [end for end in rest if _is_last(end["end"]) != _is_last(found["end"])]


def _inside(draft: Draft, spans: list[tuple[int, int]]) -> Iterator[int]:
    for place, token in enumerate(draft.tokens):
        if any(start < token.end and token.start < end for start, end in spans):
            yield place
