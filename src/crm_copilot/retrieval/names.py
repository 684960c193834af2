"""Which words of a question look like a name: written with a capital letter, or after a word that a place follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crm_copilot.domain import LinkedValue
from crm_copilot.understanding.lexicon import lexicon
from crm_copilot.understanding.text import Token, plain

PARTICLES = frozenset({"de", "do", "da", "dos", "das"})
PLACE_BEFORE = re.compile(
    r"\b(?:in|from|to|of|at|em|de|do|da|no|na|para|city of|cidade de|cidade do|cidade|city|near)\s+$"
)
_SHORTEST = 3


def is_named(question: str, token: Token) -> bool:
    """Whether a word is written as a name, or stands where the name of a place does."""
    return _is_capital(token) or bool(PLACE_BEFORE.search(plain(question[: token.start])))


def name_runs(question: str, tokens: Sequence[Token], found: Sequence[LinkedValue]) -> Iterator[tuple[int, int]]:
    """Yield runs of words that look like a name, with one at least that is no known word: "Rio de Janero"."""
    index = 0
    while index < len(tokens):
        end = _run(question, tokens, index, found)
        if any(_unknown(tokens[place]) for place in range(index, end)):
            yield index, end
        index = max(end, index + 1)


def _run(question: str, tokens: Sequence[Token], start: int, found: Sequence[LinkedValue]) -> int:
    """Return the end of the run that begins at `start`; particles belong to it where more follows."""
    end = place = start
    while place < len(tokens):
        token = tokens[place]
        if place > start and token.key in PARTICLES:
            place += 1
        elif _may_belong(question, token, place > start) and not _taken(token, found):
            place += 1
            end = place
        else:
            break
    return end


def _may_belong(question: str, token: Token, within: bool) -> bool:
    if not token.is_word or len(token.text) < _SHORTEST:
        return False
    return _is_capital(token) or (_unknown(token) and (within or is_named(question, token)))


def _is_capital(token: Token) -> bool:
    return token.text[:1].isupper() and token.start > 0


def _unknown(token: Token) -> bool:
    return token.is_word and len(token.text) >= _SHORTEST and not lexicon().senses(token.text)


def _taken(token: Token, found: Sequence[LinkedValue]) -> bool:
    return any(link.start < token.end and token.start < link.end for link in found)
