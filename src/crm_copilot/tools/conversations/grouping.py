"""Records by manager, company, month, quarter or year, as the question says, and which ends of deals it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from crm_copilot.tools.conversations.records import Record
from crm_copilot.understanding.text import plain

_BY = r"\b(?:by|per|each|every|for each|por|cada)\s+(?:\w+\s+(?:and|e)\s+)?"
_KEYS: tuple[tuple[re.Pattern[str], Callable[[Record], str]], ...] = (
    (re.compile(_BY + r"(?:month|mes)\b"), lambda r: f"{r.time:%Y-%m}"),
    (re.compile(_BY + r"(?:quarter|trimestre)\b"), lambda r: f"{r.time.year} Q{(r.time.month + 2) // 3}"),
    (re.compile(_BY + r"(?:year|ano)\b"), lambda r: str(r.time.year)),
    (re.compile(_BY + r"(?:company|client|account|customer|empresa|cliente|conta)\b"), lambda r: r.company),
)
_MANAGER = re.compile(_BY + r"(?:account )?(?:manager|rep|colleague|gerente|vendedor)\b")
_LOST = re.compile(
    r"\b(?:lost|lose|losing|loss(?:es)?|left|leav(?:e|ing)|churn\w*|perd(?:emos|eu|eram|id[oa]s?|as?)|badly|wrong|errado"
    r"|mal)\b"
)
_WON = re.compile(r"\b(?:won|win|wins|winning|ganh(?:amos|ou|aram|os?|as?)|well|right|certo|bem)\b")


def sides(question: str) -> tuple[str, ...]:
    """Return the outcomes that a question asks for: one where it names only one, else both."""
    text = plain(question)
    lost, won = bool(_LOST.search(text)), bool(_WON.search(text))
    return ("won", "lost") if lost == won else ("lost",) if lost else ("won",)


def grouped(records: Sequence[Record], question: str) -> dict[str, list[int]]:
    """Return the places of the records by group: periods in order of time, others the busiest first."""
    text = plain(question)
    keys = [key for pattern, key in _KEYS if pattern.search(text)]
    if not keys or _MANAGER.search(text):
        keys.insert(0, lambda record: record.manager)
    found: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        found.setdefault(", ".join(key(record) for key in keys), []).append(place)
    by_time = len(keys) == 1 and keys[0] in [key for _, key in _KEYS[:3]]
    return dict(sorted(found.items(), key=lambda pair: (0 if by_time else -len(pair[1]), pair[0])))
