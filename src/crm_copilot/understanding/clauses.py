"""Which part of a message asks: what stands before it is its heading or its reason.

"We are planning campaigns - what does a customer spend by region?" is about spending, not about campaigns.
"""

from __future__ import annotations

import re
from itertools import pairwise

_EXAMPLES = re.compile(
    r"\((?:(?:tipo|such as|like|p\.? ?ex\.?|como) [^()]*|[^()]*(?:\.\.\.|…)[^()]*"
    r"|[^()]*\b(?:etc|e\.g|i\.e|ex|por exemplo|for example|and so on|etcetera)\b[^()]*)\)",
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
_LAST_ASIDE = re.compile(r" \(([^()]*)\)[\s.?!]*$")


def without_asides(message: str) -> str:
    """Return the message without brackets that explain a word: "lifetime value (total spent per customer)"."""
    return _ASIDE.sub("", message)


def last_aside(message: str) -> str | None:
    """Return what stands in brackets at the end of a message, None when nothing does."""
    found = _LAST_ASIDE.search(message)
    return found[1] if found else None


def without_repetition(message: str) -> str:
    """Return the message without what is said a second time ("i.e. ...")."""
    return _THAT_IS.sub("", message)


_BOTH = re.compile(r"\b(?:both|each|either|ambos|ambas|cada|os dois|as duas)\b", re.IGNORECASE)
# Of so few words a last clause only says what to show.
_FEW = 3


def asking(message: str) -> list[tuple[int, int]]:
    """Return the clauses of a message that may ask by themselves, as places from and to.

    They are each clause that asks, what follows from it to the end, and the last clause (a caption behind a heading).
    """
    cuts = [0, *(m.end() for m in _BREAK.finditer(message)), len(message)]
    parts = [(a, b) for a, b in pairwise(cuts) if message[a:b].strip()]
    if len(parts) < 2:
        return []
    found = [part for part in parts if _ASKS.search(message[slice(*part)].strip())]
    found = found or [part for part in parts if not tells(message[slice(*part)])][-1:] or [parts[-1]]
    spans = [*found, *((start, len(message)) for start, _ in found if start > 0), parts[-1]]
    return [span for span in dict.fromkeys(spans) if not _is_only_a_column(message, span)]


def _is_only_a_column(message: str, span: tuple[int, int]) -> bool:
    """Whether so few words end a message that they only say what to show: "our best product... id and quantity"."""
    clause, before = message[slice(*span)], message[: span[0]].split()
    few = len(clause.split()) <= _FEW < len(before) and not _WH.search(clause)
    return few and span[1] == len(message) and not tells(message[: span[0]])


def names_both(clause: str) -> bool:
    """Whether a clause points at two things that were told."""
    return bool(_BOTH.search(clause))


# Sentences that only tell why something is asked, and those that tell what it is wanted for.
_TELLS = re.compile(
    r"^(?:(?:i|we)(?:['’]m|['’]re|['’]ve| am| are| have to| plan| think| believe| noticed| heard)\b|(?:my|our) \w+"
    r"|(?!(?:what|which|who|how|when|where|why|show|list|tell|give|find|count|compare|rank|get|qual|quais|quant|quem|como"
    r"|mostre|liste|me|diga|calcule|conte|compare)\w*\b)(?:(?!(?:that|who|which|que)\b)\w+ ){1,4}"
    r"(?:is|are|was|were|gets?|got|has been|keeps?|looks?|seems?|wants?|says?|[ée]|est[áa]|s[ãa]o|foi|quer|pediu)\b"
    r"|(?:planning|preparing|working|thinking|wondering|writing|putting|getting|trying|building)\b"
    r"|(?:estou|estamos|vou|vamos|estava|preparando|planejando|montando|pensando|(?:minha|meu|nosso|nossa) \w+)\b)"
    r"[^?]*[.!]$",
    re.IGNORECASE,
)
_WANTED_FOR = re.compile(
    r"^(?:(?:so|and|but|then|e|mas|a[íi]|ent[ãa]o)[ ,]+)?(?:"
    r"(?:i|we)(?:['’]d| would)? (?:also |just )?(?:hope|wonder|suspect|guess|bet|fear)\b"
    r"|(?:i|we)(?:['’]d| would)? (?:also |just )?(?:want|need|like|have|tried?) to (?:\w+(?: out)? (?:if|whether|why)"
    r"|praise|thank|raise|decide|convince|prove|argue|plan)\b"
    r"|(?:got|there(?:['’]s| is)) an? |sorry\b|thanks?\b|thank you\b|cheers\b|obrigad[oa]\b|valeu\b|desculp\w+"
    r"|(?:eu |a gente |n[óo]s )?(?:desconfi|suspeit|acho|achamos|acredit|aposto|apost)\w*"
    r"|(?:eu )?(?:quer|precis|gostari)\w+(?: de)? (?:ver|saber|entender|descobrir|conferir) (?:se|por ?que)\b)"
    r"[^?]*$",
    re.IGNORECASE,
)
# What somebody is called by before a sentence begins: "OK team, ...".
_CALLED = re.compile(
    r"^(?:ok(?:ay)?|hi|hey|hello|so|well|alright|listen|look|gente|pessoal|galera|bom|ent[ãa]o)\b[\w ]{0,14},\s+",
    re.IGNORECASE,
)


def tells(sentence: str) -> bool:
    """Whether a sentence asks for nothing and says why another one does."""
    said = _CALLED.sub("", sentence.strip())
    return bool(_TELLS.match(said) or _WANTED_FOR.match(said.rstrip(" :-–—")))


def has_telling(message: str) -> bool:
    """Whether some sentence of a message, but not all of them, only tells why it asks."""
    told = [tells(part) for part in _BREAK.split(message) if part.strip()]
    return any(told) and not all(told)


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


_POINTS = re.compile(
    r"\b(?:is|are|was|were|does|do|did|of|in|for|from|by|with) (?:that|this|it|them|those|these)\W*$"
    r"|\bth(?:at|is) way\b|\b(?:isso|disso|nisso|d?el[ea]s|dess[ea]s|desse jeito|dessa forma)\W*$",
    re.IGNORECASE,
)


def points_at_told(clause: str) -> bool:
    """Whether what a clause asks about stands only in what was told before it: "How many products is that?"."""
    return bool(_POINTS.search(clause))


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
