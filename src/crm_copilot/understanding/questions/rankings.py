"""Two rankings in one clause: "the highest and lowest freight", "which states and categories sell most"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_copilot.library.describe import describe
from crm_copilot.library.wording import capital
from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.questions.part import SURE, Link, Part
from crm_copilot.understanding.reader import read
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.senses import Mention
from crm_copilot.understanding.text import language_of

_THINGS = ("dimension", "entity", "grain")
_PAIRED = re.compile(r"\s+(?:and|e|&|和)\s+|、|和", re.IGNORECASE)
_PAIRED_WHICH = re.compile(r"\s+(?:and|e|&)\s+(?:at|in|on|em|a|during)?\s*(?:which|what|qual|que)\s+", re.IGNORECASE)
_FIRST = (
    "highest|top|best|most|largest|fastest|slowest|cheapest|biggest|longest|most expensive|priciest"
    "|maiores|melhores|mais"
)
_SECOND = (
    "lowest|bottom|worst|least|fewest|smallest|slowest|fastest|priciest|shortest|most expensive|cheapest"
    "|menores|piores|menos"
)
_OPPOSITE = re.compile(
    rf"\b(?P<a>{_FIRST})(?P<tail>[- ]?(?:selling|rated|performing|vendid[oa]s|avaliad[oa]s))?"
    rf"(?P<joint>\s*(?:and the|& the|and|&|e os|e as|e|/)\s+(?:\d+\s+)?)(?P<b>{_SECOND})\b",
    re.IGNORECASE,
)
_TOP = re.compile(r"\b(top|os|as) (\d+) ")


def two_directions(message: str, link: Link, calendar: Calendar) -> list[Part]:
    """Cut "the highest and lowest freight" in two rankings."""
    found = _OPPOSITE.search(message)
    if found is None or _are_columns(message, link, calendar):
        return []
    first = message[: found.start("joint")] + message[found.end() :]
    second = message[: found.start("a")] + message[found.start("b") :]
    parts = _read([_TOP.sub(r"\2 ", text) for text in (first, second)], link, calendar)
    plans = [part.plan for part in parts if part.plan is not None]
    opposite = len(plans) == 2 and plans[0].order != plans[1].order and plans[0].by
    return parts if opposite else []


def _are_columns(message: str, link: Link, calendar: Calendar) -> bool:
    """Whether both extremes are columns of one table: "highest and lowest freight by region"."""
    reading = read(message, link(message), calendar)
    measures = reading.plan.measures if reading.plan else ()
    return {"max", "min"} <= {measure.agg for measure in measures} and reading.confidence >= SURE


def two_rankings(message: str, link: Link, calendar: Calendar) -> list[Part]:
    """Cut "which states and categories ..." and "slowest deliveries and lowest scores" in two."""
    _, mentions = gather(message, language_of(message), link(message), calendar)
    items = [mention for mention in mentions if mention.kind != "filler"]
    texts = _by_questions(message, items) or _by_subjects(message, items) or _by_measures(message, items)
    return _read(texts, link, calendar)


def _read(texts: Sequence[str], link: Link, calendar: Calendar) -> list[Part]:
    """Return the texts as questions; none when one of them is no question, or lost what limits the other."""
    parts = []
    for text in texts:
        reading = read(text, link(text), calendar)
        if reading.plan is None or reading.confidence < SURE:
            return []
        title = describe(reading.plan)
        parts.append(Part(capital(title), reading.plan, reading.confidence))
    limits = {(part.plan.where, part.plan.periods) for part in parts if part.plan}
    return parts if len(limits) == 1 else []


def _by_questions(message: str, items: Sequence[Mention]) -> list[str]:
    """Two things asked for by words of their own: "in which month and on which weekday do we sell most"."""
    for index in range(1, len(items) - 2):
        first, which, second = items[index : index + 3]
        asked = items[index - 1].kind == which.kind == "which" and {first.kind, second.kind} <= set(_THINGS)
        if asked and _PAIRED_WHICH.fullmatch(_between(message, first, second)):
            a, b = message.find(first.text), message.find(second.text)
            return [message[: a + len(first.text)] + message[b + len(second.text) :], message[:a] + message[b:]]
    return []


def _by_subjects(message: str, items: Sequence[Mention]) -> list[str]:
    """Two things ranked by one measure: "which states and categories generate the most sales"."""
    if not any(item.kind in ("order", "adjective") for item in items):
        return []
    for index in range(1, len(items) - 1):
        first, second = items[index], items[index + 1]
        asked = items[index - 1].kind in ("which", "order", "adjective", "number")
        if asked and _is_plural(first) and _is_plural(second) and _PAIRED.fullmatch(_between(message, first, second)):
            return [_without(message, second, first), _without(message, first, second)]
    return []


def _is_plural(mention: Mention) -> bool:
    return mention.kind in _THINGS and mention.text.casefold().endswith("s")


def _by_measures(message: str, items: Sequence[Mention]) -> list[str]:
    """One thing ranked by two measures in directions of their own: "slowest deliveries and lowest review scores"."""
    ranks = [index for index, item in enumerate(items) if item.kind in ("order", "adjective")]
    if len(ranks) != 2 or not any(item.kind == "which" for item in items[: ranks[0]]):
        return []
    first, second = (_place(message, items[index]) for index in ranks)
    cuts = [found for found in _PAIRED.finditer(message) if first < found.start() < second + 1]
    return [message[: cuts[-1].start()], message[:first] + message[cuts[-1].end() :]] if cuts else []


def _place(message: str, mention: Mention) -> int:
    found = re.search(rf"\b{re.escape(mention.text.split()[0])}\b", message, re.IGNORECASE)
    return found.start() if found else -1


def _between(message: str, first: Mention, second: Mention) -> str:
    a, b = message.find(first.text), message.find(second.text)
    return message[a + len(first.text) : b] if 0 <= a < b else ""


def _without(message: str, dropped: Mention, kept: Mention) -> str:
    a, b = message.find(dropped.text), message.find(kept.text)
    if a < b:
        return message[:a] + message[b:]
    return message[: b + len(kept.text)] + message[a + len(dropped.text) :]
