"""Sentences that ask nothing and only limit the one before: "Skip those with fewer than 50 orders."."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_copilot.understanding.text import plain

_LIMITS = re.compile(
    r"^\W*(?:and |but |please |e |mas |por favor,? )*"
    r"(?:(?:skip|ignore|ignoring|leave out|leaving out|exclude|excluding|omit|drop|disregard|don'?t count|do not count"
    r"|desconsidere|desconsiderando|ignorando|exclua|excluindo|deixe de fora|sem contar|nao conte|tire)\b"
    r"|(?:only|just|so|apenas|somente) (?:those|the ones|count|consider|considering|include|with|considere|considera"
    r"|as que|os que|conte|com|para quem|where|when|if)\b"
    r"|(?:a )?(?:min(?:imum)?\.?|at least|no fewer than|minimo|no minimo|pelo menos|ao menos)(?: (?:of|de))? \d)"
)
_ASKS = re.compile(r"\?|\b(?:how many|how much|which|what|quant[oa]s?|qual|quais)\b")


def with_limits(pieces: Sequence[str]) -> list[str]:
    """Return the sentences of a message, each together with those behind it that only limit it."""
    found: list[str] = []
    for piece in pieces:
        flat = plain(piece)
        if found and _LIMITS.match(flat) and not _ASKS.search(flat):
            found[-1] = f"{found[-1].rstrip(' ;,')} {piece}" if found[-1][-1:] in ".?!" else f"{found[-1]}, {piece}"
        else:
            found.append(piece)
    return found
