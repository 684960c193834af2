"""Questions that only "as well as", "plus" or commas stand between: where a sentence may be cut, and when it must not.

"Orders, revenue and ticket by state" is one table; "deals by segment as well as deals by type" are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.questions.part import Link
from crm_copilot.understanding.reader import drafted, read
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.text import language_of

# What joins two questions only when they cannot be columns of one table.
_AS_WELL_AS = re.compile(
    r"\s*,?\s+(?:as well as|plus|and also|along with|together with|e tamb[ée]m|bem como|al[ée]m d[eo]s?)\s+"
    r"(?:the\s+|[oa]s?\s+)?",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+(?:and|e)\s+(?!(?:by|per|por)\b)(?=[^,;?]*\b(?:by|per|por)\b)", re.IGNORECASE)
_BY = re.compile(r"\b(?:by|per|por|for each|each|cada)\b", re.IGNORECASE)
# "Their sum" is of what stands before it.
_THEIR = re.compile(r"\b(?:their|its|(?:of|for) (?:them|those|these|it|each)|d?el[ea]s?|dess[ea]s)\b", re.IGNORECASE)
# A list of what is wanted, the last behind a comma and "and".
_LIST = re.compile(r"^[^,?:]+(?:,[^,?:]+)+[?.]?$")
_LISTS = (
    re.compile(r",\s+(?:(?:and|e)\s+)?|\s+(?:and|e)\s+", re.IGNORECASE),
    re.compile(r",\s+(?:(?:and|e)\s+)?", re.IGNORECASE),
)
# What a list must not leave out when it is read as one question.
_NUMBERS = ("metric", "quantity", "entity", "adjective", "order")


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence in clauses, and the limits that the first of them names for all; `strict` where a joint is weak."""

    clauses: Sequence[str]
    shared: Plan | None
    strict: bool

    def fits(self, plans: Sequence[Plan]) -> bool:
        """Whether the clauses are questions of their own, and no columns of one table."""
        if any(not plan.by for plan in plans) and any(plan.by and not plan.limit for plan in plans):
            return False  # "by state" may be meant for all
        return not self.strict or len({(plan.by, plan.limit) for plan in plans}) > 1


def cuts(piece: str, link: Link, calendar: Calendar) -> Iterator[Cut]:
    """Yield the ways in which a sentence may be cut, each into clauses that can be questions."""
    lists = _LIST.match(piece) and _leaves_something(_draft(piece, link, calendar))
    for joint in (_AS_WELL_AS, _AND, *(_LISTS if lists else ())):
        clauses, strict = joint.split(piece), joint not in _LISTS
        drafts = [_draft(clause, link, calendar) for clause in clauses]
        halved = joint is _AND and not _BY.search(clauses[0])  # "score and number of reviews by quarter" is one table
        owned = any(_THEIR.search(clause) for clause in clauses[1:])
        if len(clauses) > 1 and not (halved or owned) and all(_can_be_one(draft, joint) for draft in drafts):
            yield Cut(clauses, None if strict else _limits_of(clauses[0], link, calendar), strict)


def _can_be_one(draft: Draft, joint: re.Pattern[str]) -> bool:
    """Whether a clause can be a question behind or before a joint."""
    if _is_condition(draft) or (draft.kind(0) == "value" and draft.kind(1) == "by"):
        return False  # "in Minas and Rio by orders"
    broken_down = bool(draft.keys) and joint not in _LISTS
    return broken_down or (joint is not _AND and _names_a_number(draft))


def _limits_of(clause: str, link: Link, calendar: Calendar) -> Plan | None:
    """Return the period and the filter that the first of a list names for all of it."""
    plan = read(clause, link(clause), calendar).plan
    return Plan(where=plan.where, periods=plan.periods) if plan and (plan.where or plan.periods) else None


def _draft(text: str, link: Link, calendar: Calendar) -> Draft:
    return drafted(text, language_of(text), link(text), calendar)[0]


def _leaves_something(draft: Draft) -> bool:
    """Whether a list cannot be read as one question without leaving out some of what it names."""
    directions = {item.name.split()[-1] for item in draft.items if item.kind == "adjective"}
    unused = (item.kind for index, item in enumerate(draft.items) if index not in draft.roles)
    return len(directions) > 1 or any(kind in _NUMBERS for kind in unused)


def _is_condition(draft: Draft) -> bool:
    """Whether a clause only limits what stands before it: "only states with 100 orders"."""
    return draft.has("with") or draft.has("compare")


def _names_a_number(draft: Draft) -> bool:
    """Whether a clause says what is measured."""
    kinds = {item.kind for item in draft.items}
    counted = "entity" in kinds and ("agg" in kinds or any(item.counts for item in draft.items))
    ranked = "adjective" in kinds and bool(kinds & {"dimension", "entity", "grain"})
    return bool(kinds & {"metric", "quantity"}) or counted or ranked
