"""Several questions in one message: which they are, each as a question of its own.

"How many orders were there in 2017? And which state had the most?" are two, the second a follow-up of the first.
"Which states and categories sell most?" and "the slowest deliveries and the lowest scores" are two in one clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm_copilot.domain import LinkedValue
from crm_copilot.library.describe import describe
from crm_copilot.library.plan import Plan
from crm_copilot.understanding.followup import merge
from crm_copilot.understanding.lexicon import Mention
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.reader import Calendar, Reading, read
from crm_copilot.understanding.text import language_of

_ENDS = re.compile(r"(?<=[?？])\s*|\n+|(?:^|\s)(?:\(?\d{1,2}[.)]|\(?[a-d]\)|[-•*])\s+|;\s+|(?<=[.!。])\s+(?=(?:and|also|what|which|how|who|show|list|e|qual|quais|quant|mostre|liste|tell)\b)", re.IGNORECASE)
_JOINTS = re.compile(
    r",?\s+(?:and|e)\s+(?=(?:what|which|how|who|when|where|qual|quais|quant[oa]s?|quem|como|em que|what's|also|show|list|liste|mostre)\b)|，\s*(?=[哪多各]|.{0,6}(?:多少|哪))",
    re.IGNORECASE,
)
_PAIRED = re.compile(r"\s+(?:and|e|&|和)\s+|、|和", re.IGNORECASE)
_SURE = 0.75


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message: its own words, and its plan where it leans on the part before."""

    text: str
    plan: Plan | None = None
    confidence: float = 0.0


def split(message: str, link: object, calendar: Calendar) -> list[Part]:
    """Return the questions of a message; one when it asks only one.

    `link` finds the values of the data in a text.
    """
    whole = read(message, link(message), calendar)  # type: ignore[operator]
    parts = _sentences(message, link, calendar)
    if len(parts) > 1:
        return parts
    opposite = _two_directions(message, link, calendar)
    if opposite:
        return opposite
    paired = _two_rankings(message, whole, link, calendar)  # type: ignore[arg-type]
    return paired or [Part(message)]


def _sentences(message: str, link: object, calendar: Calendar) -> list[Part]:
    pieces = [piece.strip(" ,") for piece in _ENDS.split(message) if piece and piece.strip(" ,.;?!")]
    joint = len(pieces) == 1
    if joint:
        pieces = [piece.strip(" ,") for piece in _JOINTS.split(pieces[0]) if piece and piece.strip()]
    if len(pieces) < 2:
        return []
    parts: list[Part] = []
    before: Plan | None = None
    for piece in pieces:
        found = _part(piece, before, link, calendar)
        if found is None:
            return []
        part, plan = found
        if joint and before is not None and plan is not None and part.plan is None and before.periods and not plan.periods:
            plan = plan.but(periods=before.periods)
            part = Part(part.text, plan, 0.85)
        parts.append(part)
        before = plan
    return parts


def _part(piece: str, before: Plan | None, link: object, calendar: Calendar) -> tuple[Part, Plan | None] | None:
    """Return a piece as a question, leaning on the one before where it must; None when it is none."""
    links: Sequence[LinkedValue] = link(piece)  # type: ignore[operator]
    if before is not None:
        leaning = merge(piece, before, links, calendar)
        if leaning is not None and leaning.plan is not None and leaning.confidence >= _SURE:
            return Part(piece, leaning.plan, leaning.confidence), leaning.plan
    alone = read(piece, links, calendar)
    if alone.scope:
        return Part(piece), before
    if alone.plan is None or alone.confidence < _SURE:
        return None
    return Part(piece), alone.plan


_OPPOSITE = re.compile(
    r"\b(?P<a>highest|top|best|most|largest|fastest|slowest|cheapest|biggest|longest|most expensive|priciest|maiores|melhores|mais)(?P<joint>\s*(?:and|&|e|/|and the|e os|e as)\s+)"
    r"(?P<b>lowest|bottom|worst|least|fewest|smallest|slowest|fastest|priciest|shortest|most expensive|cheapest|menores|piores|menos)\b",
    re.IGNORECASE,
)


def _two_directions(message: str, link: object, calendar: Calendar) -> list[Part]:
    """Cut "the highest and lowest freight" in two rankings."""
    found = _OPPOSITE.search(message)
    if found is None:
        return []
    texts = [message[: found.start("joint")] + message[found.end() :], message[: found.start("a")] + message[found.start("b") :]]
    texts = [re.sub(r"\b(top|os|as) (\d+) ", r"\2 ", text) for text in texts]
    readings = [read(text, link(text), calendar) for text in texts]  # type: ignore[operator]
    plans = [r.plan for r in readings if r.plan is not None and r.confidence >= _SURE]
    if len(plans) < 2 or plans[0].order == plans[1].order or not plans[0].by:
        return []
    return [Part(_capital(describe(plan)), plan, r.confidence) for plan, r in zip(plans, readings, strict=True)]


def _two_rankings(message: str, whole: Reading, link: object, calendar: Calendar) -> list[Part]:
    """Cut "which states and categories ..." and "slowest deliveries and lowest scores" in two."""
    language = language_of(message)
    _, mentions = gather(message, language, link(message), calendar.last, calendar.first)  # type: ignore[operator]
    items = [m for m in mentions if m.kind != "filler"]
    texts = _by_subjects(message, items) or _by_rankings(message, items)
    if not texts:
        return []
    readings = [read(text, link(text), calendar) for text in texts]  # type: ignore[operator]
    if any(r.plan is None or r.confidence < _SURE for r in readings):
        return []
    plans = [r.plan for r in readings if r.plan is not None]
    return [Part(_capital(describe(plan)), plan, r.confidence) for plan, r in zip(plans, readings, strict=True)]


def _by_subjects(message: str, items: Sequence[Mention]) -> list[str]:
    """Two things ranked by one measure: "which states and categories generate the most sales"."""
    for index in range(len(items) - 1):
        first, second = items[index], items[index + 1]
        subjects = first.kind in ("dimension", "entity") and second.kind in ("dimension", "entity")
        asked = index > 0 and items[index - 1].kind in ("which", "order", "adjective", "number")
        ranked = any(item.kind in ("order", "adjective") for item in items)
        plural = first.text.casefold().endswith("s") and second.text.casefold().endswith("s")
        if subjects and asked and ranked and plural and _and_between(message, first, second):
            return [_without(message, second, first), _without(message, first, second)]
    return []


def _by_rankings(message: str, items: Sequence[Mention]) -> list[str]:
    """One thing ranked by two measures in directions of their own: "slowest deliveries and lowest review scores"."""
    ranks = [i for i, item in enumerate(items) if item.kind in ("order", "adjective")]
    if len(ranks) != 2 or not any(item.kind == "which" for item in items[: ranks[0]]):
        return []
    first, second = (items[i] for i in ranks)
    cut = [m for m in _PAIRED.finditer(message) if _place(message, first) < m.start() < _place(message, second) + 1]
    if not cut:
        return []
    head = message[: _place(message, first)]
    return [message[: cut[-1].start()], head + message[cut[-1].end() :]]


def _place(message: str, mention: Mention) -> int:
    return message.casefold().find(mention.text.casefold().split()[0])


def _and_between(message: str, first: Mention, second: Mention) -> bool:
    a, b = message.find(first.text), message.find(second.text)
    return 0 <= a < b and bool(_PAIRED.fullmatch(message[a + len(first.text) : b]))


def _without(message: str, dropped: Mention, kept: Mention) -> str:
    a, b = message.find(dropped.text), message.find(kept.text)
    if a < b:
        return message[:a] + message[b:]
    return message[: b + len(kept.text)] + message[a + len(dropped.text) :]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
