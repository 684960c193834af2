"""Which of the phrases that overlap in a question are meant: those that together cover it best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from crm_copilot.understanding.senses import Mention

# How much a phrase of one word of this kind is worth.
_WEIGHT = {"filler": 0.55, "which": 0.9, "with": 0.85, "no": 0.9, "list": 0.9, "number": 0.9}
# What each word of a longer filler is worth ("has shipped to"): it explains its words better than they do alone.
_SAID = 0.75
# What each further word of a phrase adds, and what a misspelling costs.
_LONGER, _FUZZY = 0.12, 0.2


def best_cover(length: int, candidates: Iterable[Mention]) -> list[Mention]:
    """Choose mentions that do not overlap and together weigh most: long phrases count more than their words."""
    ending: dict[int, list[Mention]] = defaultdict(list)
    for mention in candidates:
        ending[mention.end].append(mention)
    best: list[tuple[float, list[Mention]]] = [(0.0, [])]
    for end in range(1, length + 1):
        score, chosen = best[end - 1]
        for mention in ending[end]:
            with_it = best[mention.start][0] + _weight(mention)
            if with_it > score:
                score, chosen = with_it, [*best[mention.start][1], mention]
        best.append((score, chosen))
    return best[length][1]


def _weight(mention: Mention) -> float:
    words = mention.end - mention.start
    single = max(_WEIGHT.get(sense.kind, 1.0) for sense in mention.senses)
    if words > 1 and mention.kind == "filler":
        single = _SAID
    return single * words + _LONGER * (words - 1) - (_FUZZY if mention.fuzzy else 0.0)
