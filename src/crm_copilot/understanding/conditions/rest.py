"""Values that are compared with all the others: "SP against the rest of the country"."""

from __future__ import annotations

import re

from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import plain

_REST = re.compile(
    r"\b(?:the rest|rest of|all others?|everyone else|everywhere else|other states|other categories"
    r"|o resto|os demais|as demais|os outros|demais estados|restante"
    r"|(?P<x>x) (?:tod[oa]s )?(?:[oa]s )?(?:outr[oa]s|demais|resto|others?|rest))\b|其他|其余"
)
_WORDS = frozenset(
    "rest resto country pais other else brazil brasil demai outro restante the of everyone everywhere"
    " x todo meio metodo forma".split()
)
# So many characters behind the phrase still belong to it: "the rest of the country".
_TAIL = 15


def is_against_rest(draft: Draft) -> bool:
    """Whether a value is compared with all the others; the words that say so are then read."""
    found = _REST.search(plain(draft.question))
    if found is None:
        return False
    for place, token in enumerate(draft.tokens):
        if token.key in _WORDS and token.start < found.end() + _TAIL and token.end > found.start():
            draft.fillers.add(place)
    return draft.has("transform", "compare") or bool(found["x"])
