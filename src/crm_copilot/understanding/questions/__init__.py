"""Several questions in one message: which they are, each as a question of its own.

"How many orders were there in 2017? And which state had the most?" are two, the second a follow-up of the first.
"Which states and categories sell most?" and "the slowest deliveries and the lowest scores" are two in one clause.
"""

from __future__ import annotations

from crm_copilot.understanding.questions.part import Link, Part
from crm_copilot.understanding.questions.rankings import two_directions, two_rankings
from crm_copilot.understanding.questions.sentences import sentences
from crm_copilot.understanding.reading import Calendar
from crm_copilot.understanding.specials.whole import is_one

__all__ = ["Link", "Part", "split"]


def split(message: str, link: Link, calendar: Calendar) -> list[Part]:
    """Return the questions of a message; one when it asks only one."""
    if is_one(message):
        return [Part(message)]
    parts = sentences(message, link, calendar)
    if parts:
        return parts
    return two_directions(message, link, calendar) or two_rankings(message, link, calendar) or [Part(message)]
