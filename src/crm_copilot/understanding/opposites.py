"""Rankings that name both of their ends: "from the fastest to the slowest", "da mais cara pra mais barata".

The first end is the measure and the direction; the other only says that nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crm_copilot.understanding.senses import Mention, Sense
from crm_copilot.understanding.text import Token

_TO = frozenset("to until till down up a ao para pra pro ate".split())
_BESIDE = frozenset("the o as os - →".split())


def with_opposites(tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return the mentions with the second of two opposite superlatives as the word for a ranking."""
    found = list(mentions)
    for place, mention in enumerate(mentions):
        before = next((m for m in reversed(mentions[:place]) if m.kind != "filler"), None)
        if before is not None and _are_opposite(before, mention) and _leads(tokens[before.end : mention.start]):
            found[place] = replace(mention, senses=(Sense("transform", "rank"),))
    return tuple(found)


def _are_opposite(one: Mention, other: Mention) -> bool:
    if not (one.kind == other.kind == "adjective"):
        return False
    (quantity, direction), (again, opposite) = one.name.rsplit(" ", 1), other.name.rsplit(" ", 1)
    return quantity == again and direction != opposite


def _leads(between: Sequence[Token]) -> bool:
    words = {token.text.casefold() for token in between}
    return bool(words & _TO) and words <= _TO | _BESIDE
