"""Clauses that lean on the one before them, so that the two are one question.

"The 5 categories with most items and the average weight *of each*", "revenue by category and show the 5 biggest".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_copilot.understanding.mentions import gather
from crm_copilot.understanding.questions.part import Link
from crm_copilot.understanding.reader import read
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.senses import Mention
from crm_copilot.understanding.text import language_of

_EACH = re.compile(
    r"\b(?:of|for|in) each\b(?! (?:month|day|week|year|quarter|state|city|region|category))"
    r"|\beach(?: one)?(?: (?:has|have|had|got|gets|made|makes|sold|received))?\s*(?:[,.;?!]|$)"
    r"|\beach of (?:them|those|these)\b|\b(?:for|of|in|from) both\b"
    r"|\bcada (?:um|uma)\b|\b(?:d|n|para |com )?(?:amb[oa]s|[oa]s d(?:oi|ua)s)\b",
    re.IGNORECASE,
)
_THEM = re.compile(
    r"\b(?:of|for|by|among|in|from|to) (?:them|those|these)\b(?! (?:who|whose|that|which|with|where)\b)|\btheirs?\b"
    r"|\b[dn]?el[ea]s\b|\b[dn]ess[ea]s\b",
    re.IGNORECASE,
)
_WH = re.compile(
    r"^(?:and |e )?(?:which|what|who|how|when|where|qual|quais|quem|quant|como|quando|onde)", re.IGNORECASE
)
# "And what is it?" asks for the number by which the one before was found.
_WHAT_IT_IS = re.compile(
    r"^(?:and |e )?(?:what|how (?:much|many|high|long)) (?:is|was|are|were) (?:it|they|that)\W*$"
    r"|^(?:and |e )?(?:qual|quanto) (?:é|e|foi)(?: (?:el[ea]|ess[ea]|isso))?\W*$"
    r"|^(?:and )?(?:(?:in|from|of) )?(?:what|which) \w+ (?:(?:is|was) (?:it|that)|(?:it|that) (?:is|was))"
    r"(?: (?:in|from|of))?\W*$"
    r"|^(?:and )?(?:what|which) \w+ (?:did|does) (?:it|that) (?:come from|belong to|go to)\W*$"
    r"|^(?:e )?(?:d?e|em )?(?:que|qual) \w+ (?:é|e|foi|era) (?:el[ea]|ess[ea])\W*$",
    re.IGNORECASE,
)
# "The busiest day, and how many orders were there?"
_HOW_MANY_THEN = re.compile(
    r"^(?:and |e )?(?:how (?:many|much)|quant[oa]s?) (?:\w+ ){1,2}(?:were there|was there|there were|came in|was that"
    r"|did it have|it had|did we (?:have|get)|we had|foram|houve|teve|tivemos)"
    r"(?: (?:then|that day|on that day|in it|nele|nela))?\W*$",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(?:they|them|it|its|those|these|their|theirs|d?el[ea]s?|iss[oa])\b", re.IGNORECASE)
# What says how an answer is cut or sorted, and nothing of what is measured.
_SHAPING = frozenset({"list", "number", "order", "compare", "with", "by"})
_SORTED = ("rank",)
# A clause that starts so only says when, or of what, the next one asks: "When people ordered in 2018, how many days".
_SUBORDINATE = re.compile(
    r"^(?:when(?!\s+(?:did|do|does|was|were|is|are|will|has|have|had)\b)|whenever|if|once|while|after|before|because|since"
    r"|quando(?!\s+(?:foi|foram|[ée]|era|houve|teve|tivemos|ocorreu|aconteceu)\b)|se|depois que|antes de|enquanto)\s",
    re.IGNORECASE,
)
# "Split it into what new buyers spent and what returning ones spent": such a "what" asks nothing.
_INTO_WHAT = re.compile(
    r"\b(?:into|between|of|from|with|to|versus|vs\.?|para|entre|em|com|do|de)\s+"
    r"(?:what|how much|how many|o que|quanto)\b(?!\?)",
    re.IGNORECASE,
)


def leans(clause: str, before: str, link: Link, calendar: Calendar) -> bool:
    """Whether a clause is no question without the one `before` it in its sentence."""
    if _EACH.search(clause) or _INTO_WHAT.search(before) or _WHAT_IT_IS.match(clause):
        return True
    if _HOW_MANY_THEN.match(clause) and _picks_one(before, link, calendar):
        return True
    return _only_shapes(clause, before, link, calendar) or (
        _THEM.search(clause) is not None and _has_several_rows(before, link, calendar)
    )


def points_back(clause: str) -> bool:
    """Whether a clause names what it asks about by a pronoun only."""
    return _IT.search(clause) is not None


def is_subordinate(clause: str) -> bool:
    """Whether a clause only says when or under which condition the next one asks."""
    return _SUBORDINATE.match(clause) is not None


def _only_shapes(clause: str, before: str, link: Link, calendar: Calendar) -> bool:
    """Whether a clause only says how many rows are wanted, or in which order: "list the top 3", "rank them"."""
    if _WH.match(clause):
        return False
    said = _said(clause, link, calendar)
    shaped = all(m.kind in _SHAPING or (m.kind == "transform" and m.name in _SORTED) for m in said)
    if not shaped or not any(m.kind in ("order", "number", "transform") for m in said):
        return False
    return not _directions(said) or _directions(_said(before, link, calendar)) <= _directions(said)


def _said(text: str, link: Link, calendar: Calendar) -> list[Mention]:
    return [m for m in gather(text, language_of(text), link(text), calendar)[1] if m.kind != "filler"]


def _directions(mentions: Sequence[Mention]) -> set[str]:
    """Return which ends are ranked: those of "the top 3 and the bottom 3" are two questions."""
    return {m.name.split()[-1] for m in mentions if m.kind in ("order", "adjective")}


def _has_several_rows(text: str, link: Link, calendar: Calendar) -> bool:
    plan = read(text, link(text), calendar).plan
    return plan is not None and bool(plan.by or plan.listing) and plan.limit != 1


def _picks_one(text: str, link: Link, calendar: Calendar) -> bool:
    plan = read(text, link(text), calendar).plan
    return plan is not None and plan.limit == 1 and len(plan.by) == 1


def merged(clauses: Sequence[tuple[int, int]], text: str, link: Link, calendar: Calendar) -> list[str]:
    """Return the clauses, as places in a text, those that lean on the one before together with it."""
    found: list[tuple[int, int]] = []
    for start, end in clauses:
        if found and leans(text[start:end], text[slice(*found[-1])], link, calendar):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [text[start:end].strip(" ,") for start, end in found]
