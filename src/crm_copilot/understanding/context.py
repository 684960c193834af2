"""What is said beside the clause that asks: periods, values and measures that may be meant with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from crm_copilot.domain import LinkedValue
from crm_copilot.understanding.clauses import is_yes_or_no, refers_back
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.senses import Mention
from crm_copilot.understanding.text import Language

_LIMITING = frozenset({"value", "period", "predicate", "number"})
_MEASURING = ("metric", "quantity", "dimension", "grain")
# A number limits something where it is compared or ranks; "agenda item 2" does neither.
_COMPARING = ("compare", "order", "adjective", "with", "transform")
_BY_THE_WAY = ("order_weekday", "order_daypart", "has_no_category")
# A clause takes in what was said of things by pointing at them; "those whose score ..." says itself which.
_TAKES_IN = re.compile(
    r"\b(?:of|these|them|such|deles|delas|desses|dessas|esses|essas)\b"
    r"|\b(?:those|they)\b(?! (?:whose|who|that|which|with|where))",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:this|current|today|hoje|nest[ea]|est[ea]|atual|the week of)\b|今")


class Beside(NamedTuple):
    """The limits beside a clause in their own words, whether it takes them in, what is measured or ranked there.

    `things` says that something else than customers is named there, whose the limits may be.
    """

    limits: tuple[str, ...] = ()
    belongs: bool = False
    measures: bool = False
    ranks: bool = False
    things: bool = False


def said_beside(
    clause: str, rest: str, links: Sequence[LinkedValue], language: Language, calendar: Calendar
) -> Beside:  # fmt: skip
    """Return what the rest of a message says, whose values are `links`, that may be meant with a clause of it."""
    wonders = is_yes_or_no(rest) and not refers_back(clause)
    _, mentions = gather(rest, language, links, calendar)
    pointed = refers_back(clause)
    compared = any(m.kind in _COMPARING or m.sense("compare") for m in mentions)
    limits = [
        m
        for m in mentions
        if m.kind in _LIMITING
        and ((pointed and m.kind != "period") or not _is_by_the_way(m))
        and (compared or m.kind != "number")
    ]
    if wonders and clause.rstrip().endswith(("?", "？")):
        limits = [m for m in limits if m.kind == "period"]
        if not limits or _has_period(clause, language, calendar):
            return Beside(ranks=_ranks(mentions))
    elif rest.rstrip().endswith((".", "!")) and not _TAKES_IN.search(clause):
        limits = [m for m in limits if m.kind != "predicate"]
    measures = any(m.kind in _MEASURING for m in mentions)
    heading = all(m.kind == "period" for m in limits) and not _has_period(clause, language, calendar)
    specifies = rest.rstrip().endswith(("?", "？")) and not clause.rstrip().endswith(("?", "？"))
    things = any(m.kind == "entity" and m.name not in ("customer", "order") for m in mentions)
    taken_in = heading or specifies or pointed
    return Beside(tuple(m.text for m in limits), taken_in, measures, _ranks(mentions), things)


def _ranks(mentions: Sequence[Mention]) -> bool:
    """Whether a ranking of groups is asked for: "the cheapest state to ship to", "which reps sell most"."""
    ordered = any(m.kind in ("order", "adjective", "which") for m in mentions)
    related = any((m.kind, m.name) == ("transform", "correlation") for m in mentions)
    return related or (ordered and any(m.kind in ("dimension", "grain") for m in mentions))


def is_told_first(text: str, start: int, language: Language, calendar: Calendar) -> bool:
    """Whether what stands before the question at `start` only tells why: "customers complain. How many orders ...?"."""
    told, asked = text[:start].rstrip(), text[start:]
    if not told.endswith((".", "!")) or _TAKES_IN.search(asked):
        return False
    return any(m.kind == "predicate" for m in gather(told, language, [], calendar)[1])


def _has_period(clause: str, language: Language, calendar: Calendar) -> bool:
    return any(m.kind == "period" for m in gather(clause, language, [], calendar)[1])


def _is_by_the_way(mention: Mention) -> bool:
    """Whether a limit beside the question says nothing about it: today, on Thursday, without a category."""
    if mention.kind != "period":
        return mention.name in _BY_THE_WAY
    return bool(_NOW.search(mention.text) or _NOW.search(mention.value.label))
