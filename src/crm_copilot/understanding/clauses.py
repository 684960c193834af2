"""Which part of a message asks: what stands before it is its heading or its reason.

"We are planning campaigns - what does a customer spend by region?" is about spending, not about campaigns.
"""

from __future__ import annotations

import re

_EXAMPLES = re.compile(r"\((?:[^()]*\b(?:etc|e\.g|i\.e|ex|por exemplo|for example|and so on|etcetera)\b[^()]*)\)", re.IGNORECASE)
_BREAK = re.compile(r"(?<=[.!?;])\s+|\s+[-–—]+\s+|:\s+|(?<=[。！？；])")
_ASKS = re.compile(
    r"\?|^(?:and\s+|so\s+|but\s+|please\s+|could\s+you\s+|can\s+you\s+)?(?:what|which|who|how|where|when|is|are|was|were|does|do|did|show|give|list|tell|"
    r"find|compare|calculate|count|rank|get|qual|quais|quant[oa]s?|quem|como|onde|mostre|liste|calcule|me\s|traga|compare|em\s+%|por\s+)\b|"
    r"[哪多几]|是什么",
    re.IGNORECASE,
)
_REFERS = re.compile(r"\b(?:there|it|them|those|these|that|lá|la|deles|delas|desse|dessa|esses|essas|dele|dela|nisso|isso|nele|nela|they|he|she)\b", re.IGNORECASE)


def without_examples(message: str) -> str:
    """Return the message without brackets that only give examples."""
    return _EXAMPLES.sub(" ", message)


def focus(message: str) -> tuple[str, str]:
    """Return what a message says before it asks, and the clause that asks."""
    parts = [part for part in _BREAK.split(message.strip()) if part and part.strip()]
    if len(parts) < 2:
        return "", message
    asking = [i for i, part in enumerate(parts) if _ASKS.search(part.strip())]
    first = asking[-1] if asking else len(parts) - 1
    if asking and first < len(parts) - 1:
        first = asking[0]
    place = message.find(parts[first])
    return message[:place], message[place:]


def refers_back(clause: str) -> bool:
    """Whether a clause points at what was said before it ("there", "those")."""
    return bool(_REFERS.search(clause))
