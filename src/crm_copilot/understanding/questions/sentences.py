"""Questions that stand in a message one after another: sentences, list items, clauses joined by "and"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.calibration import calibration
from crm_copilot.understanding.followup import merge
from crm_copilot.understanding.followup.cues import ITS
from crm_copilot.understanding.questions.cutting import is_parted, joined, pieces_of
from crm_copilot.understanding.questions.headings import beginning, under, without_heading, without_preamble
from crm_copilot.understanding.questions.leaning import points_back
from crm_copilot.understanding.questions.limiting import with_limits
from crm_copilot.understanding.questions.lists import cuts
from crm_copilot.understanding.questions.part import SURE, Link, Part
from crm_copilot.understanding.questions.pointing import pointing_back
from crm_copilot.understanding.questions.together import beside_each_other, in_one_row
from crm_copilot.understanding.reader import read
from crm_copilot.understanding.reading import Calendar

# How probably right each of the questions must be read into which a sentence is cut.
_SURE_OF_A_CUT = 0.65
# How sure a part is whose period or filter stands in its heading or in the part before.
_SHARED = 0.85
# Clauses so short that they share the period at the end of their sentence.
_FEW_CLAUSES, _SHORT_CLAUSE = 3, 6
_ENDS_IN_TIME = re.compile(
    r"(?:\b(?:19|20)\d\d|\b(?:month|year|quarter|week|m[eê]s|ano|trimestre|semana)s?(?: passad[oa])?)\s*[?.!]*$",
    re.IGNORECASE,
)


_OF_THAT_ONE = re.compile(
    r"\b(?:then|there|in that \w+|at that \w+|ness[ea] \w+|naquel[ea] \w+|l[áa])\W*$", re.IGNORECASE
)


class _Asked(NamedTuple):
    """A piece as a question, the plan that the next may lean on, and whether it leans on the one before."""

    part: Part
    plan: Plan | None
    leaning: bool = False


def sentences(message: str, link: Link, calendar: Calendar) -> list[Part]:
    """Return the questions of a message one after another; none when it is to be read whole."""
    parted = is_parted(message)
    message, heading = without_heading(without_preamble(message), link, calendar)
    pieces = with_limits(pieces_of(message, parted, link, calendar))
    clauses = [clause for piece in pieces for clause in joined(piece, link, calendar)]
    if len(clauses) > len(pieces) and (parts := _clauses(clauses, heading, link, calendar)):
        return parts if len(pieces) > 1 else _one_row(message, pieces[0], parts, link, calendar)
    if len(pieces) == 1 and (parts := _loosely_joined(pieces[0], heading, link, calendar)):
        return parts
    heading = heading or beginning(pieces[0] if pieces else "", link, calendar)
    return _pieces(pieces, heading, link, calendar, parted)


def _one_row(message: str, piece: str, parts: list[Part], link: Link, calendar: Calendar) -> list[Part]:
    """Return the parts of one sentence; none where it is better read whole, one where one row holds their numbers."""
    if in_one_row(piece, parts, link, calendar):
        return []
    one = beside_each_other(message, parts)
    return [one] if one else parts


def _loosely_joined(piece: str, heading: Plan | None, link: Link, calendar: Calendar) -> list[Part]:
    """Cut "deals by segment as well as by type", and lists that are no one table; none where one table says it."""
    for cut in cuts(piece, link, calendar):
        parts = _clauses(cut.clauses, heading or cut.shared, link, calendar)
        if parts and cut.fits([part.plan for part in parts if part.plan]):
            return parts
    return []


def _clauses(clauses: Sequence[str], heading: Plan | None, link: Link, calendar: Calendar) -> list[Part]:
    """Return the questions that joined clauses are; none when one of them is no question."""
    parts: list[Part] = []
    before: Plan | None = None
    for clause in clauses:
        asked = _asked(clause, before, link, calendar)
        if asked is None or (parts and parts[-1].plan is None and points_back(clause)):
            return []
        asked = _sharing(_as_sure(asked, parts), heading or _shared_period(asked, before))
        parts.append(asked.part)
        before = asked.plan
    return _sharing_the_end(parts, clauses) if len(parts) > 1 and _are_sure(parts) else []


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
        if (
            asked
            and asked.part.plan
            and before
            and (asked.plan == before or (before.limit == 1 and _OF_THAT_ONE.search(piece)))
        ):
            return []  # "on which day of the month? Which one, and how many", "best month? And how many were won then?"
        unread += asked is None
        asked = _sharing(_as_sure(asked, parts), heading) if asked else _Asked(Part(piece), before)
        parts.append(asked.part)
        before = asked.plan
    each_asks = all(piece.endswith(("?", "？")) for piece in pieces)
    cut = len(parts) > max(1, unread) and (parted or each_asks or _are_sure(parts))
    return parts if cut else []


def _are_sure(parts: Sequence[Part]) -> bool:
    """Whether each part is so surely read that it is one: what was cut where nothing is asked anew is misread.

    What the data do not hold is told of a part by itself.
    """
    return all(part.plan is None or calibration()(part.confidence, part.text) >= _SURE_OF_A_CUT for part in parts)


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


def _as_sure(asked: _Asked, before: Sequence[Part]) -> _Asked:
    """Return a question that leans on the one before no surer than that one is."""
    if not asked.leaning or not before or before[-1].plan is None:
        return asked
    return asked._replace(part=replace(asked.part, confidence=min(asked.part.confidence, before[-1].confidence)))


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
