"""Names of the question that a program does not look for: its number is that of everybody else too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm_copilot.domain import Context, Program
from crm_copilot.understanding.text import plain

_ID = re.compile(r"\b[0-9a-f]{32}\b")
_SURE = 0.6  # from which a linked value was meant as one


def left_out(context: Context, program: Program) -> Iterator[str]:
    """Yield the names, ids and values of the question that the code does not hold."""
    code = plain(program.code)
    for name in (*_unread(context), *_ID.findall(context.question.lower())):
        if plain(name) not in code:
            yield name
    doubts = context.reading.doubts if context.reading else ()
    yield from (link.text for link in context.links if link.score >= _SURE and f"{link.text} is not used" in doubts)


def _unread(context: Context) -> Iterator[str]:
    """Yield the words that nobody could read and that are written as names are."""
    for word in context.reading.unread if context.reading else ():
        place = context.question.find(word)
        if place > 0 and word[:1].isupper() and context.question[:place].rstrip()[-1:] not in ".?!:":
            yield word
