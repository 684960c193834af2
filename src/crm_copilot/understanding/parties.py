"""Managers and companies that a question names: in full, by one word of the name, or misspelt.

Every name that a stretch of words fits equally well is kept, so that "Ana" is asked back and never guessed. Words that
stand where a name does and fit none are told as unknown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rapidfuzz.distance import OSA

from crm_copilot.domain import LinkedValue
from crm_copilot.understanding.ordinary import is_asked_with, is_function_word, is_ordinary
from crm_copilot.understanding.text import plain

Side = Literal["manager", "company"]
TABLE = "parties"
"""The table that links of managers and companies name; their column is the side."""
_WORD = re.compile(r"[^\W_]+")
# Words that join the parts of a name and tell nothing.
_JOINING = frozenset("de do da dos das e the and of".split())
# What stands behind a company's name and is left out by those who speak of it.
_LEGAL = frozenset("ltda ltd inc llc sa me eireli co corp gmbh plc company companhia cia group grupo limited".split())
# Behind these words a name stands.
_BEFORE_A_NAME = frozenset(
    "for with from at to met visit visited called contacted between and com para pela pelo empresa company client"
    " cliente conta account manager gerente versus vs about sobre on".split()
)
_ARTICLES = frozenset("the o a os as".split())
_FUZZY = 0.78  # of a word's letters that must be right
_WHOLE = 0.84  # of a whole name's letters, written in one or apart


@dataclass(frozen=True, slots=True)
class Party:
    """A manager or a company of the data."""

    side: Side
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """Words of a question and whom they may mean, best first; nobody when they look like a name and are none."""

    text: str
    parties: tuple[Party, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a stretch of words fits a name: words that fit, and how exactly."""

    first: int
    last: int
    words: int
    exact: float
    leads: bool
    share: float
    party: Party


class Parties:
    """Finds the names of managers and companies in a question."""

    def __init__(self, managers: Iterable[str], companies: Iterable[str]) -> None:
        named = [Party("manager", name) for name in managers] + [Party("company", name) for name in companies]
        self._names = {party: tuple(_told(party.name)) for party in named if _told(party.name)}
        self._by_letter: dict[str, set[str]] = defaultdict(set)
        self._bearers: dict[str, list[Party]] = defaultdict(list)
        self._joined: dict[str, list[tuple[str, Party]]] = defaultdict(list)
        for party, words in self._names.items():
            self._joined[words[0][0]].append(("".join(words), party))
            for word in dict.fromkeys(words):
                self._by_letter[word[0]].add(word)
                self._bearers[word].append(party)

    def find(self, question: str, taken: Sequence[tuple[int, int]] = ()) -> list[Named]:
        """Return the names in reading order; the places in `taken` (dates) are left out."""
        words = [word for word in _words(question) if not any(a < word.end and word.start < b for a, b in taken)]
        fits = [*self._by_words(words), *self._whole(words)]
        return sorted(_settled(fits, words, question), key=lambda named: named.start)

    def links(self, question: str) -> list[LinkedValue]:
        """Return the names that the question may mean as links of the table `parties`, several where one is unclear."""
        return [
            LinkedValue(named.text, TABLE, party.side, party.name, 1.0, named.start, named.end)
            for named in self.find(question)
            for party in named.parties
        ]

    def nearest(self, text: str, most: int = 3) -> list[str]:
        """Return the names that are most like a text, the likest first."""
        scored = [(_alike(plain(text), plain(party.name)), party.name) for party in self._names]
        return [name for score, name in sorted(scored, key=lambda s: (-s[0], s[1]))[:most] if score >= 0.5]

    # ------------------------------------------------------------------------------------------- word by word

    def _by_words(self, words: Sequence[_Word]) -> Iterable[_Fit]:
        heard = [self._heard(words, place) for place in range(len(words))]
        meant = {party for known in heard for word in known for party in self._bearers[word]}
        for party in meant:
            told = self._names[party]
            places = [place for place, known in enumerate(heard) if known.keys() & set(told)]
            for run in _runs(places, words):
                fits = [max((heard[p][w] for w in told if w in heard[p]), default=0.0) for p in run]
                used = {w for p in run for w in told if w in heard[p]}
                leads = told[0] in used
                yield _Fit(run[0], run[-1], len(used), sum(fits) / len(fits), leads, len(used) / len(told), party)

    def _heard(self, words: Sequence[_Word], place: int) -> dict[str, float]:
        """Return the words of names that a word of the question may be, with how exactly."""
        word = words[place]
        capital = word.text[:1].isupper() and word.start > 0
        if word.key in self._bearers:
            return {word.key: 1.0} if capital or self._tells(words, place) else {}
        if len(word.key) < 4 or (is_function_word(word.key) if capital else is_ordinary(word.key)):
            return {}
        scored = {known: _alike(word.key, known) for known in self._by_letter[word.key[0]] if len(known) > 2}
        best = max(scored.values(), default=0.0)
        return {known: score for known, score in scored.items() if score >= _FUZZY and score >= best - 0.05}

    def _tells(self, words: Sequence[_Word], place: int) -> bool:
        """Whether a word written small is a name: how somebody is called first of all, and no common word."""
        word = words[place].key
        first = any(self._names[party][0] == word for party in self._bearers[word])
        if is_function_word(word):
            before = next((w.key for w in reversed(words[:place]) if w.key not in _ARTICLES), "")
            return first and before in _BEFORE_A_NAME and not is_asked_with(word)
        return first or not is_ordinary(word) or any(party.side == "manager" for party in self._bearers[word])

    # --------------------------------------------------------------------------------------------- whole names

    def _whole(self, words: Sequence[_Word]) -> Iterable[_Fit]:
        """Fit names that are written in one, apart, or of ordinary words ("Casa do Cobre")."""
        for first in range(len(words)):
            for last in range(first, min(first + 5, len(words))):
                told = [word.key for word in words[first : last + 1] if word.key not in _JOINING]
                text = "".join(told)
                edges = {words[first].key, words[last].key}
                if len(text) < 6 or edges & _JOINING or (len(told) == 1 and is_ordinary(text)):
                    continue
                for name, party in self._joined[text[0]]:
                    if abs(len(name) - len(text)) <= 3 and (score := _alike(text, name)) >= _WHOLE:
                        yield _Fit(first, last, len(self._names[party]), score, True, 1.0, party)


def _settled(fits: Sequence[_Fit], words: Sequence[_Word], question: str) -> Iterable[Named]:
    """Yield the names of the best stretches; of those that overlap the fullest and most exact is meant."""
    free = set(range(len(words)))
    ranked = sorted(fits, key=lambda fit: (_rank(fit), fit.party.name), reverse=True)
    for fit in ranked:
        place = range(fit.first, fit.last + 1)
        if not set(place) <= free:
            continue
        same = [o for o in ranked if (o.first, o.last) == (fit.first, fit.last) and _rank(o)[:3] == _rank(fit)[:3]]
        free -= set(place)
        start, end = words[fit.first].start, words[fit.last].end
        meant = sorted({other.party for other in same}, key=lambda party: (party.side, party.name))
        yield Named(question[start:end], tuple(meant), start, end)


def _rank(fit: _Fit) -> tuple[int, float, bool, float]:
    return fit.words, round(fit.exact, 1), fit.leads, fit.share


def _runs(places: Sequence[int], words: Sequence[_Word]) -> Iterable[list[int]]:
    """Yield the places that stand side by side; joining words between them count for nothing."""
    run: list[int] = []
    for place in places:
        if run and any(words[p].key not in _JOINING for p in range(run[-1] + 1, place)):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _told(name: str) -> list[str]:
    """Return the words of a name that tell it; all of them where it has no others."""
    words = [word.key for word in _words(name)]
    return [word for word in words if word not in _JOINING | _LEGAL] or words


def _words(text: str) -> list[_Word]:
    found = (_Word(m.group(), plain(m.group()), m.start(), m.end()) for m in _WORD.finditer(text))
    return [word for word in found if word.key != "s"]


def _alike(one: str, other: str) -> float:
    longest = max(len(one), len(other))
    return 1.0 - float(OSA.distance(one, other)) / longest if longest else 0.0


# ------------------------------------------------------------------------------------------------ names of nobody


def strangers(question: str, named: Sequence[Named], taken: Sequence[tuple[int, int]] = ()) -> list[Named]:
    """Return what looks like a name and is nobody's: written large, or unknown words where a name stands."""
    places = [(n.start, n.end) for n in named] + list(taken)
    words = _words(question)
    odd = [i for i, word in enumerate(words) if _is_odd(words, i) and not _inside(word, places)]
    runs = groupby(enumerate(odd), key=lambda pair: pair[1] - pair[0])
    found = ([words[place] for _, place in run] for _, run in runs)
    return [Named(question[r[0].start : r[-1].end], (), r[0].start, r[-1].end) for r in found]


def _is_odd(words: Sequence[_Word], place: int) -> bool:
    word = words[place]
    if is_function_word(word.key) or word.key.isdigit() or len(word.key) < 2 or word.key in _LEGAL:
        return False
    if word.text[:1].isupper() and place > 0:
        return True
    return place > 0 and words[place - 1].key in _BEFORE_A_NAME and not is_ordinary(word.key)


def _inside(word: _Word, places: Sequence[tuple[int, int]]) -> bool:
    return any(a < word.end and word.start < b for a, b in places)
