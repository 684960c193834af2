"""Routes that stay in one place are left out: "without those where both states are the same"."""

from __future__ import annotations

import re

from crm_copilot.library.plan import Condition
from crm_copilot.understanding.draft import Draft
from crm_copilot.understanding.text import clean, plain

_OUT = (
    r"\b(?:leav(?:e|ing) (?:out|aside)|exclud(?:e|ing)|without|ignor(?:e|ing)|skip(?:ping)?|not counting|don'?t count"
    r"|do not count|except(?: for)?|drop(?:ping)?|omit(?:ting)?|filter out|other than|sem contar|sem|excluindo|exclua"
    r"|exceto|tirando|tire|desconsidere|desconsiderando|ignore|ignorando|fora|deixe de fora|deixando de fora)\b"
)
_SAME = (
    r"(?:(?:with)?in(?:side)? (?:one|a single|the(?: very)? same|the) (?:state|city)"
    r"|(?:both|they|the two|the states|the cities|origin and destination)(?: \w+)?"
    r" (?:are|is) (?:the )?(?:same|equal|identical)"
    r"|(?:is|are|to|and|in) the same(?: state| city| place)?|same[- ](?:state|city)|the same on both sides"
    r"|n?[oa]? ?(?:mesm[oa]) (?:estado|cidade)|dentro d[oae] (?:um |uma |mesm[oa] |propri[oa] )?(?:estado|cidade)"
    r"|(?:sao|forem|e|seja|sejam) (?:iguais|[oa]s? mesm[oa]s?)|iguais)\b"
)
_LEFT_OUT = re.compile(rf"{_OUT}[^.?!;]{{0,50}}?\b{_SAME}")
_PLACED = ("state", "city")


def read_same_place(draft: Draft) -> None:
    """Keep what goes from one place to another, where that within one is left out."""
    flat = plain(clean(draft.question))
    match = _LEFT_OUT.search(flat) if len(flat) == len(draft.question) else None
    named = [i for i, item in enumerate(draft.items) if _is_place(draft, i)]
    if match is None or not named or draft.language == "zh":
        return
    city = any(draft.named(i, "dimension").endswith("city") for i in named)
    field, op = ("is_same_city", "is not") if city else ("is_other_state", "is")
    draft.where.append((named[-1], Condition(field, "is not" if op == "is not" else "is")))
    inside = range(*match.span())
    for index, item in enumerate(draft.items):
        if draft.tokens[item.start].start in inside:
            draft.use(index, "negation")
    draft.fillers.update(place for place, token in enumerate(draft.tokens) if token.start in inside)


def _is_place(draft: Draft, index: int) -> bool:
    return draft.named(index, "dimension").rsplit("_", 1)[-1] in _PLACED
