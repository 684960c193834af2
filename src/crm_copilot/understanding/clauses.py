"""Which part of a message asks: what stands before it is its heading or its reason.

"We are planning campaigns - what does a customer spend by region?" is about spending, not about campaigns.
"""

from __future__ import annotations

import re
from itertools import pairwise

_EXAMPLES = re.compile(
    r"\((?:[^()]*(?:\.\.\.|…)[^()]*|[^()]*\b(?:etc|e\.g|i\.e|ex|por exemplo|for example|and so on|etcetera)\b[^()]*)\)",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"(?<=[.!?;])(?<!vs\.)(?<!min\.)(?<!no\.)(?<!nº\.)(?<!max\.)(?<!e\.g\.)(?<!i\.e\.)(?<!approx\.)(?<!avg\.)(?<!conv\.)(?<!méd\.)(?<!qtd\.)(?<!qtde\.)(?<!fat\.)(?<!sem\.)(?<!tri\.)\s+|\s+[-–—]+\s+|:\s+|(?<=[。！？；])"
)
_ASKS = re.compile(
    r"\?|^(?:and\s+|so\s+|but\s+|please\s+|could\s+you\s+|can\s+you\s+)?(?:what|which|who|how|where|when|is|are|was|were|does|do|did|show|give|list|tell|"
    r"find|compare|calculate|count|rank|get|qual|quais|quant[oa]s?|quem|como|onde|mostre|liste|calcule|me\s|traga|compare|em\s+%|por\s+)\b|"
    r"[哪多几]|是什么",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:for each|of each|para cada|for both|in both|of both|(?:of|by|for|in) the two|para amb[oa]s|dos dois|das duas"
    r"|there|it|them|those|these|that|they|its|he|she"
    r"|lá|la|deles|delas|desse|dessa|esses|essas|dele|dela|nisso|isso|nele|nela)\b",
    re.IGNORECASE,
)


_THAT_IS = re.compile(
    r"[,;]?\s+(?:\bi\.e\.|\be\.g\.|\bthat is,|\bou seja,|\bisto é,|\bin other words,)[^.?!]*", re.IGNORECASE
)


def without_examples(message: str) -> str:
    """Return the message without brackets that only give examples."""
    return _EXAMPLES.sub(" ", message)


_ASIDE = re.compile(r"(?<=\w) \([^()\d]*\)")


def without_asides(message: str) -> str:
    """Return the message without brackets that explain a word: "lifetime value (total spent per customer)"."""
    return _ASIDE.sub("", message)


def without_repetition(message: str) -> str:
    """Return the message without what is said a second time ("i.e. ...")."""
    return _THAT_IS.sub("", message)


def asking(message: str) -> list[tuple[int, int]]:
    """Return the clauses of a message that may ask by themselves, as places from and to.

    They are each clause that asks, what follows from it to the end, and the last clause (a caption behind a heading).
    """
    cuts = [0, *(m.end() for m in _BREAK.finditer(message)), len(message)]
    parts = [(a, b) for a, b in pairwise(cuts) if message[a:b].strip()]
    if len(parts) < 2:
        return []
    found = [part for part in parts if _ASKS.search(message[slice(*part)].strip())] or [parts[-1]]
    spans = [*found, *((start, len(message)) for start, _ in found if start > 0), parts[-1]]
    return list(dict.fromkeys(spans))


_WH = re.compile(
    r"\b(?:what|which|who|whose|how|where|when|why|qual|quais|quant[oa]s?|como|quem|onde|quando|que)\b|[哪几]|多少|什么",
    re.IGNORECASE,
)


def is_yes_or_no(clause: str) -> bool:
    """Whether a clause only wonders ("Do more photos mean more sales?"), so that what follows says what is wanted."""
    return clause.rstrip().endswith(("?", "？")) and not _WH.search(clause)


def refers_back(clause: str) -> bool:
    """Whether a clause points at what was said before it ("there", "those")."""
    return bool(_REFERS.search(clause))


_INSTRUCTS = re.compile(
    r"^(?:please\s+|por favor,?\s+)?(?:only|just|exclude|excluding|ignore|ignoring|consider|considering|include only"
    r"|use only|use|look only|leave out|don't count|do not count|s[óo]|apenas|somente|considere|considerando"
    r"|exclua|excluindo|ignore|desconsidere|n[ãa]o (?:conte|considere))\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:for|of|in) each(?: one| group| of (?:them|those))?\b(?=\s*(?:[,.!]|please|$))"
    r"|\b(?:para|de|em) cada(?: um[ae]?)?(?=\s*(?:[,.!]|$))",
    re.IGNORECASE,
)


def instructs(clause: str) -> bool:
    """Whether a sentence only says what to leave out, or that something is wanted for each."""
    return clause.startswith("(") or bool(_INSTRUCTS.search(clause) or _EACH.search(clause))


_RANKS_BY = re.compile(r"^(?!\s*(?:and|also|then|e|tamb[ée]m)\b).*\b(?:by|per|por|for each|para cada)\b", re.IGNORECASE)


def is_specified(message: str) -> bool:
    """Whether a sentence that says what is measured by what follows a question."""
    _, mark, rest = message.rpartition("?")
    return bool(mark and _RANKS_BY.search(rest)) and not instructs(rest.strip())
