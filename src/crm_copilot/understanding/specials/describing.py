"""A client that a question tells by a figure and not by a name: "our biggest client in Retail", "whom we met last".

Only what asks for something beyond the figure is read here, or for meetings: who is biggest is a question of numbers.
The tools find the client (`playbook/superlatives.py`).
"""

from __future__ import annotations

import re

from crm_copilot.understanding.specials.asked import Asked
from crm_copilot.understanding.text import plain

_NOUN = r"(?:client|customer|account|company|advertiser|cliente|conta|empresa)"
_FIRST = (
    r"(?:biggest|largest|greatest|top|main|best|number one|most valuable|smallest|tiniest|(?:highest|lowest|biggest|top"
    r"|best)[- ](?:spending|paying)|newest|oldest|longest[- ]standing|maior|menor|principal|melhor)"
)
_PLACE = r"(?:(?:second|third|fourth|fifth|[2-5](?:nd|rd|th)|segund[oa]|terceir[oa]|quart[oa]|quint[oa])[ -])?"
_WHOSE = r"(?:\b[^\s?,.;:]+'s |\b(?:our|my|the|your|nosso|nossa|meu|minha|o|a) )*"
_OF = (
    r"(?: (?:in|of|from|with|managed by|do setor(?: d[eao])?|d[eao]|em|n[oa]) (?:the )?(?!and\b|e\b)[^\s?,.;:]+"
    r"(?: (?:&|and|e) (?!(?:what|which|who|how|when|where|o|a|quem|qual|quais|como)\b)[^\s?,.;:]+)?)?"
)
_MOST = (
    r"(?:(?:spends?|spent|spending|pays?) (?:us )?(?:the )?(?:most|least)|(?:the )?(?:highest|biggest|largest|lowest"
    r"|smallest) (?:spend\w*|budget|ytd)|(?:mais|menos) gast\w+|gast\w+ (?:mais|menos)|mais (?:nov|antig)[oa])"
)
_MET = r"(?:met|meet|see|seen|saw|visit(?:ed)?|reunimos|encontramos|visitamos|vimos|vemos|reuniao)"
_WHEN = r"(?:longest(?: time)?|least recently|most recently|mais tempo|por ultimo|mais recentemente)"
_ITS_FIGURE = r"(?:'s)? (?:spend\w*|budgets?|ytd|base|lists?|portfolios?|revenues?|shares?|counts?|sales|orders?)\b"
_PHRASES = (
    re.compile(rf"{_WHOSE}\b{_PLACE}{_FIRST} (?:[^\s?,.;:]+ ){{0,2}}?{_NOUN}\b(?!{_ITS_FIGURE}){_OF}"),
    re.compile(rf"(?:\bone of )?{_WHOSE}\b{_NOUN}s?\b{_OF}(?: (?:that|who|which|with|que))?(?: \S+)?? {_MOST}"),
    re.compile(rf"{_WHOSE}\b(?:last|latest|most recent|ultim[oa]) {_NOUN}\b(?: \S+){{1,3}}? {_MET}\b"),
    re.compile(rf"{_WHOSE}\b{_NOUN}s?\b(?: \S+){{1,6}}? {_MET}\b(?: \S+){{0,3}}? {_WHEN}"),
)
_WHOM = re.compile(rf"\b(?:who|whom|quem|com quem)\b(?: \S+){{1,5}}? {_MET}\b(?: \S+){{0,3}}? {_WHEN}")
# What a description begins with; other words before the client may limit which ones are meant.
_CHOOSES = re.compile(r"(?:our|my|the|your|nosso|nossa|meu|minha|o|a|one of|who|whom|quem|com quem|[^\s?,.;:]+'s)\b")
_LEFT = re.compile(
    r"(?:(?:\b(?:which|what|our|my|the|of|qual|que|nosso|nossa|meu|minha|o|a)|[^\s?,.;:]+'s) (?:[^\s?,.;:]+ ){0,2}|^)$"
)
_EACH = re.compile(r"\b(?:by|per|each|every|por|cada|how many|quant[oa]s)\b(?! (?:far|us|me)\b)")


def described(asked: Asked) -> str:
    """Return the words that tell a client by a figure, "" when none do."""
    found = found_in(asked.text)
    if found is None and not asked.draft.parties:
        found = _WHOM.search(asked.text)
    if found is None or (start := _begins(asked.text, found.start())) is None:
        return ""
    ends = [
        asked.draft.tokens[item.end - 1].end
        for item in asked.draft.items
        if any(
            sense.kind == "value" and sense.name in ("industry", "account_manager", "manager") for sense in item.senses
        )
        and asked.draft.tokens[item.start].start <= found.end() < asked.draft.tokens[item.end - 1].end
    ]
    return asked.draft.question[start : max([found.end(), *ends])].strip()


def _begins(text: str, start: int) -> int | None:
    """Return where the words begin that choose the client, None when that cannot be told: "retail client that ..."."""
    if _CHOOSES.match(text, start) or not text[:start].strip():
        return start
    before = _LEFT.search(text[:start])
    return before.start() if before else None


def found_in(text: str) -> re.Match[str] | None:
    """Return where a text without accents and case tells a client by a figure."""
    if _EACH.search(text):
        return None
    return next((found for pattern in _PHRASES if (found := pattern.search(text))), None)


def is_met(words: str) -> bool:
    """Whether a client is told by when we met."""
    return re.search(rf"\b{_MET}\b", plain(words)) is not None
