"""A client that is told by its figures: "our biggest client", "the retail account that we have not met for longest".

Words that would choose among other clients than the data know ("our biggest client in Lisbon") are kept as `unread`,
so that nobody answers for another client than the one that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crm_copilot.playbook.facts import Facts
from crm_copilot.playbook.wording import flat

Figure = Literal["highest spend", "lowest spend", "oldest meeting", "latest meeting", "joined"]

_SAID: dict[Figure, str] = {
    "oldest meeting": r"(?:not |n.?t )?(?:met |seen |visited )?(?:for |in )?(?:the )?longest(?![- ]standing)"
    r"(?: (?:time|ago|unmet))?"
    r"|least recently(?: (?:met|seen|visited))?|oldest (?:last )?meeting|(?:ha|faz) mais tempo",
    "latest meeting": r"most recently(?: (?:met|seen|visited))?|(?:latest|most recent) meeting|mais recentemente"
    r"|por ultimo|reuniao mais recente|last (?:met|seen|visited)"
    r"|(?:last|latest|most recent|ultim[oa]) (?=\w+ .*\b(?:met|meet|saw|seen|visit\w*|reunimos|encontramos|vimos)\b)",
    "lowest spend": r"(?:spend|spent|spending|pay|paid|invest|invested)s? (?:the )?least|smallest|tiniest"
    r"|lowest(?:[- ](?:spend\w*|paying|budget|ytd))?|gast(?:a|ou|am) menos|menos gast(?:a|ou|am)|menor(?:es)?",
    "highest spend": r"(?:spend|spent|spending|pay|paid|invest|invested)s? (?:the )?most|biggest|largest|greatest|main"
    r"|top|most valuable|(?:highest|best|biggest|top)[- ](?:spend\w*|paying|budget|ytd)|best|number one|gast(?:a|ou|am)"
    r" mais|mais gast(?:a|ou|am)|maior(?:es)?|principal|melhor",
    "joined": r"newest|youngest|oldest|longest[- ]standing|most recent|latest|mais nov[oa]|mais antig[oa]|mais recente",
}  # fmt: skip
_PATTERNS = {figure: re.compile(rf"\b(?:{words})\b") for figure, words in _SAID.items()}
_PLACES = (r"second|2nd|segund[oa]", r"third|3rd|terceir[oa]", r"fourth|4th|quart[oa]", r"fifth|5th|quint[oa]")
CLIENT = r"(?:client|customer|account|company|advertiser|cliente|conta|empresa)s?"
# Words that say nothing of which clients are meant.
_EMPTY = frozenset(
    """who whom which what that of our my the a an is are was we i have has haven t not did do does us by in on so far
    this year ytd total spend spent spending budget figure from with for to time single all one and it
    met meet meeting meetings seen see visited visit sector industry managed
    quem qual quais que de do da dos das nosso nossa nossos nossas meu minha o a os as um uma com este neste ano em no
    na nao nos reunimos encontramos visitamos vimos saw vemos visita reuniao gasto gastos setor e foi tem
    entre""".split()
)


@dataclass(frozen=True, slots=True)
class Described:
    """The clients that stand first by a figure (several where they tie), of how many whose figure is known.

    `place` is 2 for the second biggest. `industry` and `manager` limit them; `unread` are words that might.
    """

    figure: Figure
    clients: tuple[Facts, ...] = ()
    count: int = 0
    place: int = 1
    industry: str = ""
    manager: str = ""
    unread: tuple[str, ...] = ()


def figure_of(words: str) -> Figure | None:
    """Return the figure by which words choose a client, None when they choose by none."""
    text = flat(words)
    return next((figure for figure, pattern in _PATTERNS.items() if pattern.search(text)), None)


def described(words: str, clients: Sequence[Facts]) -> Described | None:
    """Return the clients that words describe by a figure; None when they describe none."""
    figure = figure_of(words)
    if figure is None or not re.search(rf"\b(?:{CLIENT}|who|whom|quem)\b", flat(words)):
        return None
    rest = _PATTERNS[figure].sub(" ", flat(words))
    place, rest = _place(rest)
    industry, rest = _taken(rest, [c.industry for c in clients if c.industry])
    manager, rest = _taken(rest, [c.manager for c in clients if c.manager])
    unread = tuple(w for w in re.findall(r"[^\W_]+", re.sub(rf"\b{CLIENT}\b|'s\b", " ", rest)) if w not in _EMPTY)
    among = [c for c in clients if (not industry or c.industry == industry) and (not manager or c.manager == manager)]
    known = [(value, client) for client in among if (value := value_of(figure, client)) is not None]
    ranked = sorted((value for value, _ in known), reverse=figure in ("highest spend", "latest meeting"))
    wanted = ranked[place - 1] if place <= len(ranked) else None
    found = tuple(client for value, client in known if value == wanted)
    return Described(figure, found, len(known), place, industry, manager, unread)


def _place(text: str) -> tuple[int, str]:
    """Return which place is meant, 1 where none is said, and the text without it."""
    for place, words in enumerate(_PLACES, 2):
        if re.search(rf"\b(?:{words})\b", text):
            return place, re.sub(rf"\b(?:{words})\b", " ", text)
    return 1, text


def value_of(figure: Figure, client: Facts) -> float | None:
    """Return the figure of a client as a number that can be compared; days are those of the calendar."""
    if figure.endswith("spend"):
        return client.spend
    if figure.endswith("meeting") and client.last_meeting and client.last_meeting > date.min:
        return float(client.last_meeting.toordinal())
    return None


def _taken(text: str, names: Sequence[str]) -> tuple[str, str]:
    """Return the name that stands in a text, in full or by its one word that does, and the text without it."""
    for name in sorted(set(names), key=len, reverse=True):
        if (found := re.search(rf"\b{re.escape(flat(name))}\b", text)) is not None:
            return name, text[: found.start()] + " " + text[found.end() :]
    words = {word: [n for n in set(names) if word in flat(n).split()] for word in re.findall(r"[^\W_]+", text)}
    for word, held in words.items():
        if len(held) == 1 and len(word) > 2 and word not in _EMPTY:
            return held[0], re.sub(rf"\b{re.escape(word)}\b", " ", text)
    return "", text
