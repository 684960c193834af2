"""Words of a chat that say nothing where they stand: "beleza, quantos pedidos ...", "puxa os dados", "né?".

Elsewhere some of them mean something ("produtos de beleza", "o que mais puxa as vendas"), so it is the place that
tells: at the beginning and parted from the rest, at the end behind a comma, or within a saying.
"""

from __future__ import annotations

import re

from crm_copilot.understanding.text import clean, plain

_NODS = (
    r"beleza|blz|show(?: de bola)?|joia|massa|legal|perfeito|firmeza|tranquilo|fechou|fechado|valeu|vlw|certo|combinado"
    r"|bora|maravilha|otimo|cool|nice|great|perfect|sweet|awesome|alright|right|cheers|ok(?:ay)?|yeah|yep"
)
_ALL = r"(?: (?:gente|galera|pessoal|time|all|folks|guys|team))?"
_CALLS = r"(?:oi|ola|opa|fala(?: ai)?|e ai|eai|salve|hey|hi|yo|hello|so|ok)" + _ALL
# "Tira os de SP" and "tira os cancelados" take away what "tira os pedidos de maio" gets out.
_TAKEN_AWAY = r"(?! (?:o|a|os|as) (?:d[eoa]s?\b|cancelad|atrasad|entregue|repetid|quem\b|que\b))"
_IMPERATIVE = rf"(?:puxa|joga|solta|tira{_TAKEN_AWAY}|passa|manda|puxe|jogue|passe|mande)"
# Behind these an imperative asks for something: "puxa os pedidos", "me puxa 5 estados", "manda aí o faturamento".
_OBJECT = r"(?= (?:ai |pra mim |para mim |pra gente )*(?:o|a|os|as|um|uma|esses?|essas?|todos|todas|so|quant\w+|\d+)\b)"
_SAYINGS = (
    rf"(?:^|[.!?:]\s+)(?P<opened>(?:{_CALLS}\s*[,!.]?\s+)?(?:ta |tudo |ah |entao |ok )?(?:{_NODS}){_ALL}\s*[,.!?:;]+)",
    rf"(?P<opening>^{_CALLS}\s*[,!.:;]+)",
    rf"[,.;!?]\s*(?P<closed>(?:ta |tudo |ok )?(?:{_NODS})\s*[.!?]*\s*)$",
    rf"(?:^|[.!?:,]\s*|\b(?:pode|consegue|da pra|ai|gente|galera|pessoal|me)\s+)(?P<asked>{_IMPERATIVE}){_OBJECT}",
    r"(?P<occasion>\b(?:daily|weekly|monthly|quarterly|yearly|annual)"
    r" (?:meetings?|calls?|sync|stand-?ups?|decks?|catch-?ups?))\b",
    r"(?P<books>\bon (?:the|our|their) books\b(?! (?:category|industry)))",
    r"(?P<stuff>\b(?:and|or|e) (?:all )?(?:that |other )?(?:stuff|coisas)(?: like that)?(?=\s*(?:[,.?!:]|$)))",
)
_PATTERNS = tuple(re.compile(saying) for saying in _SAYINGS)


def spans(text: str) -> list[tuple[int, int]]:
    """Return where words stand that say nothing, as places from and to in reading order."""
    flat = plain(clean(text))
    if len(flat) != len(text):
        return []
    found = (match.span(match.lastgroup or 0) for pattern in _PATTERNS for match in pattern.finditer(flat))
    return sorted(set(found))


def without_opening(message: str) -> str:
    """Return the message without the nods and calls that it begins with; the message itself where nothing follows."""
    rest = message.lstrip()
    while opened := [last for first, last in spans(rest) if first == 0 and rest[:last].rstrip()[-1] in ",.!?:;"]:
        rest = rest[max(opened) :].lstrip()
    return rest or message
