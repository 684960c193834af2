"""Questions that stand in a message one after another: sentences, list items, clauses joined by "and"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.clauses import is_yes_or_no
from crm_copilot.understanding.followup import merge
from crm_copilot.understanding.followup.cues import ITS
from crm_copilot.understanding.questions.headings import (
    beginning,
    context_of,
    under,
    with_instructions,
    without_heading,
    without_preamble,
    without_tail,
)
from crm_copilot.understanding.questions.leaning import is_subordinate, leans, merged, points_back, tells
from crm_copilot.understanding.questions.lists import cuts
from crm_copilot.understanding.questions.part import SURE, Link, Part
from crm_copilot.understanding.questions.pointing import pointing_back
from crm_copilot.understanding.questions.together import in_one_row
from crm_copilot.understanding.reader import read
from crm_copilot.understanding.reading import Calendar

_ENDS = re.compile(
    r"""(?<=[?？])\s*
      | (?:^|\s+)(?:\(?\d{1,2}[.)]|\(?[a-d]\))\s+
      | (?:^|\n+)[-•*]\s+
      | \n+
      | ;\s+
      | (?<=[.!。])\s+(?=(?:and|also|what|which|how|who|show|list|tell|e|qual|quais|quant|mostre|liste)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS = (
    r"what|which|how|who|when|where|what's|also|show|list"
    r"|qual|quais|quant[oa]s?|quem|como|em\ que|liste|mostre"
)
_JOINTS = re.compile(
    rf"""
        ,?\s+(?:and|e|&)\s+(?=
            (?: (?:the|as|os)\s+(?:top|bottom)?\s*\d+ | tell\ me | me\ diga | diga | the\ (?:top|bottom)
              | em\ qual | de\ qual | na\ qual | at\ which | on\ which | que\ % | em\ quais )\b
          | que\ %
          | (?:{_ASKS})\b )
      | ,\s+(?=(?:how\ (?:many|much|long)|quant[oa]s?|what's|what\ (?:is|was|are|were))\b)
      | ，\s*(?=[哪多各]|.{{0,6}}(?:多少|哪))""",
    re.IGNORECASE | re.VERBOSE,
)
# What stands in brackets, but for the signs of a list: "(a)", "(1)".
_BRACKETS = re.compile(r"\((?![a-d\d]{1,2}\))[^()]*\)")
# Signs that part questions whatever stands between them.
_PARTING = re.compile(r";\s|\n|(?:^|\s)\(?(?:\d{1,2}|[a-d])[.)]\s")
# "And which one the lowest?" is asked of the question before.
_ELLIPTIC = re.compile(r"(?:which|what) one|qual d[ea]l[ea]s|qual (?:o|a) (?:menor|pior|maior|melhor)\b", re.IGNORECASE)
# "For orders above 1,000, how many were paid by card?": what only says of which is no question.
_OF_WHICH = re.compile(
    r"(?:for|among|of|out of|considering|given|para|dentre|entre|d[oa]s|considerando)\b(?!.*\?)", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.!:]\s+")
# "In 2017, how many orders and how many customers?" is one question about both.
_COUNTS = re.compile(r"(?:how (?:many|much)|quant[oa]s?)\b", re.IGNORECASE)
# How sure a part is whose period or filter stands in its heading or in the part before.
_SHARED = 0.85
# Clauses so short that they share the period at the end of their sentence.
_FEW_CLAUSES, _SHORT_CLAUSE = 3, 6
_ENDS_IN_TIME = re.compile(
    r"(?:\b(?:19|20)\d\d|\b(?:month|year|quarter|week|m[eê]s|ano|trimestre|semana)s?(?: passad[oa])?)\s*[?.!]*$",
    re.IGNORECASE,
)


class _Asked(NamedTuple):
    """A piece as a question, the plan that the next may lean on, and whether it leans on the one before."""

    part: Part
    plan: Plan | None
    leaning: bool = False


def sentences(message: str, link: Link, calendar: Calendar) -> list[Part]:
    """Return the questions of a message one after another; none when it cannot be cut."""
    parted = _PARTING.search(message) is not None
    message, heading = without_heading(without_preamble(message), link, calendar)
    cut = [message[start:end].strip(" ,") for start, end in _places(_ENDS, message)]
    pieces = with_instructions(cut, link, calendar)
    pieces = pieces if parted else _whole(pieces, link, calendar)
    clauses = [clause for piece in pieces for clause in _joined(piece, link, calendar)]
    if len(clauses) > len(pieces) and (parts := _clauses(clauses, heading, link, calendar)):
        return [] if len(pieces) == 1 and in_one_row(pieces[0], parts, link, calendar) else parts
    if len(pieces) == 1 and (parts := _loosely_joined(pieces[0], heading, link, calendar)):
        return parts
    heading = heading or beginning(pieces[0] if pieces else "", link, calendar)
    return _pieces(pieces, heading, link, calendar, parted)


def _whole(pieces: Sequence[str], link: Link, calendar: Calendar) -> list[str]:
    """Put a sentence behind one that asks nothing without it: "Take the top 5. What is the ticket of each?"."""
    found: list[str] = []
    for piece in pieces:
        asks_not = found and (is_yes_or_no(found[-1]) or not found[-1].endswith(("?", "？")))
        if asks_not and (tells(found[-1]) or leans(piece, found[-1], link, calendar)):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def _loosely_joined(piece: str, heading: Plan | None, link: Link, calendar: Calendar) -> list[Part]:
    """Cut "deals by segment as well as by type", and lists that are no one table; none where one table says it."""
    for cut in cuts(piece, link, calendar):
        parts = _clauses(cut.clauses, heading or cut.shared, link, calendar)
        if parts and cut.fits([part.plan for part in parts if part.plan]):
            return parts
    return []


def _joined(piece: str, link: Link, calendar: Calendar) -> list[str]:
    """Cut a sentence at its joints; what it begins and ends with holds for each of its clauses."""
    whole, tail = without_tail(piece)
    head = context_of(whole)
    rest = whole[len(head) :]
    clauses = merged(_places(_JOINTS, rest), rest, link, calendar)
    side_by_side = head.endswith(", ") and all(_COUNTS.match(clause) for clause in clauses)
    if len(clauses) < 2 or side_by_side or (len(clauses) == 2 and _only_limits(clauses[0])):
        return [piece]
    return [
        clause if number and _ELLIPTIC.match(clause) else f"{head}{clause}{tail}"
        for number, clause in enumerate(clauses)
    ]


def _only_limits(clause: str) -> bool:
    """Whether a clause, or its last sentence, only says of which things, or when, the next one asks."""
    last = _SENTENCE.split(clause)[-1]
    return _OF_WHICH.match(last) is not None or is_subordinate(last)


def _places(joints: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return where the clauses between joints stand; nothing is cut inside brackets."""
    brackets = [found.span() for found in _BRACKETS.finditer(text)]
    found = [m.span() for m in joints.finditer(text) if not any(a < m.end() - 1 and m.start() < b for a, b in brackets)]
    cuts = [0, *(place for span in found for place in span), len(text)]
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if text[a:b].strip(" ,.;?!")]


def _clauses(clauses: Sequence[str], heading: Plan | None, link: Link, calendar: Calendar) -> list[Part]:
    """Return the questions that joined clauses are; none when one of them is no question."""
    parts: list[Part] = []
    before: Plan | None = None
    for clause in clauses:
        asked = _asked(clause, before, link, calendar)
        if asked is None or (parts and parts[-1].plan is None and points_back(clause)):
            return []
        asked = _sharing(asked, heading or _shared_period(asked, before))
        parts.append(asked.part)
        before = asked.plan
    return _sharing_the_end(parts, clauses) if len(parts) > 1 else []


def _sharing_the_end(parts: list[Part], clauses: Sequence[str]) -> list[Part]:
    """Give the clauses before a period that ends the sentence: "how many orders and how much revenue in 2018"."""
    last = parts[-1].plan
    before = [(part, part.plan) for part in parts[:-1] if part.plan and not part.plan.periods and not part.plan.special]
    short = len(parts) <= _FEW_CLAUSES and all(len(clause.split()) <= _SHORT_CLAUSE for clause in clauses[:-1])
    if last is None or not last.periods or not short or len(before) < len(parts) - 1:
        return parts
    if not _ENDS_IN_TIME.search(clauses[-1]):
        return parts
    shared = [Part(p.text, plan.but(periods=last.periods), min(p.confidence, _SHARED)) for p, plan in before]
    return [*shared, parts[-1]]


def _pieces(
    pieces: Sequence[str], heading: Plan | None, link: Link, calendar: Calendar, parted: bool = False
) -> list[Part]:
    """Return the questions that sentences are; one that is not read stands by itself where signs part it."""
    parts: list[Part] = []
    before: Plan | None = None
    unread = 0
    for piece in pieces:
        asked = _asked(piece, before, link, calendar)
        if asked is None and not (parted or piece.endswith(("?", "？"))):
            return []
        if parts and parts[-1].plan is None and points_back(piece):
            return []  # "how many tickets were opened, and how fast were they closed?"
        unread += asked is None
        asked = _sharing(asked, heading) if asked else _Asked(Part(piece), before)
        parts.append(asked.part)
        before = asked.plan
    return parts if len(parts) > max(1, unread) else []


def _asked(piece: str, before: Plan | None, link: Link, calendar: Calendar) -> _Asked | None:
    """Return a piece as a question, leaning on the one before or by itself; None when it is no question."""
    links = link(piece)
    if before is not None:
        leaning = merge(piece, before, links, calendar)
        if leaning is not None and leaning.plan is not None and leaning.confidence >= SURE:
            leaning = pointing_back(piece, leaning, before)
            return _Asked(Part(piece, leaning.plan, leaning.confidence), leaning.plan, leaning=True)
    read_alone = alone = read(piece, links, calendar)
    if before is not None:
        alone = pointing_back(piece, alone, before)
    if alone.scope:
        return _Asked(Part(piece), before)
    unsure = alone.confidence < SURE and not (before is not None and before.limit == 1 and ITS.search(piece))
    if alone.plan is None or unsure:
        return None
    return _Asked(Part(piece, alone.plan, alone.confidence, alone == read_alone), alone.plan)


def _shared_period(asked: _Asked, before: Plan | None) -> Plan | None:
    """Return the period of the clause before, for one that names none: "orders in 2017 and how much revenue"."""
    if before is None or asked.leaning or asked.plan is None or asked.plan.periods or not before.periods:
        return None
    return Plan(periods=before.periods)


def _sharing(asked: _Asked, shared: Plan | None) -> _Asked:
    """Give a question the period and the filter that hold for it too."""
    if asked.plan is None or shared is None:
        return asked
    plan = under(shared, asked.plan)
    return asked._replace(part=Part(asked.part.text, plan, _SHARED), plan=plan)
