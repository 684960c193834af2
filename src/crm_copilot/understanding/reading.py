"""What a question was understood as, and the calendar that it was read by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crm_copilot.library.plan import Plan
from crm_copilot.understanding.text import Language


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan and how sure it is. `scope` names what the data do not hold, when the question asks for that.

    `asked` is the clause that was read, where the rest of the question only tells why it is asked.
    """

    plan: Plan | None
    confidence: float
    language: Language
    doubts: Mapping[str, float] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    scope: str | None = None
    asked: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The first and the last day of the data, from which relative dates are counted."""

    first: date
    last: date
