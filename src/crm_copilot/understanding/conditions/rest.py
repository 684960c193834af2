"""Values that are compared with all the others: "SP against the rest of the country"."""

from __future__ import annotations

import re

from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

_REST = re.compile(
    r"\b(?:elsewhere|every other|the others|other regions|any other|the rest|rest of|all others?"
    r"|everyone else|everywhere else|other states|other categories"
    r"|o resto|os demais|as demais|os outros|demais estados|restante"
    r"|(?P<x>x) (?:tod[oa]s )?(?:[oa]s )?(?:outr[oa]s|demais|resto|others?|rest))\b|其他|其余"
)
_WORDS = frozenset(
    "elsewhere every method type region rest resto country pais other else brazil brasil demai"
    " outro restante the of everyone everywhere"
    " x todo meio metodo forma demal".split()
)
# So many characters behind the phrase still belong to it: "the rest of the country".
_TAIL = 15


def is_against_rest(draft: Draft, index: int) -> bool:
    """Whether this value or predicate is compared with all the others; the words that say so are then read."""
    found = _REST.search(plain(draft.question))
    if found is None or _nearest(draft, found.start()) != index:
        return False
    for place, token in enumerate(draft.tokens):
        if token.key in _WORDS and token.start < found.end() + _TAIL and token.end > found.start():
            draft.fillers.add(place)
    return draft.has("transform", "compare") or bool(found["x"])


def _nearest(draft: Draft, start: int) -> int | None:
    """Return the value or predicate before the words, the first behind them where there is none."""
    sides = [i for i in draft.indices("value", "predicate", free=False) if draft.kind(i) in ("value", "predicate")]
    before = [i for i in sides if draft.tokens[draft.items[i].end - 1].end <= start]
    return before[-1] if before else next(iter(sides), None)
