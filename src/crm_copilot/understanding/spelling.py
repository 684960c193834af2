"""Small misspellings of words that the lexicon knows: "delivary" is read as "delivery".

A word is corrected only when it is no known word itself: the lexicon's, or English by the vocabulary that the
sentence embedder brings along (a plain list of words).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA

from crm_copilot.understanding.text import Token, key_of

# Shorter words are too near to too many others.
_LEAST = 5
# What people shorten in other ways than by leaving out vowels.
_SHORT = {
    "pgto": "pagamento", "pgtos": "pagamento", "pagto": "pagamento", "pagtos": "pagamento", "vlr": "valor",
    "vlrs": "valor", "fatur": "faturamento", "categ": "categoria", "trim": "trimestre", "vend": "vendedor",
    "cust": "customer", "custs": "customer", "pmt": "payment", "pmts": "payment", "pymt": "payment", "pymts": "payment",
    "deliv": "delivery", "tkt": "ticket",
}  # fmt: skip
_VOWELS = str.maketrans("", "", "aeiou")


def _skeleton(word: str) -> str:
    """Return a word without its vowels, but for the first letter."""
    return word[0] + word[1:].translate(_VOWELS)


@cache
def english_words() -> frozenset[str]:
    """Return common English words of four letters and more."""
    return frozenset((files(__package__) / "english.txt").read_text("utf-8").split())


class Speller:
    """Corrects tokens to the nearest word of `vocabulary`, when there is exactly one near enough."""

    def __init__(self, vocabulary: set[str]) -> None:
        self._known = vocabulary
        self._by_initial: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._by_skeleton: dict[str, list[str]] = defaultdict(list)
        for word in vocabulary:
            if len(word) >= 5 and word.isalpha() and word.isascii():
                self._by_initial[word[0], len(word)].append(word)
                self._by_skeleton[_skeleton(word)].append(word)

    def correct(self, token: Token) -> str:
        """Return the key of the token, corrected where that is safe."""
        word = token.key
        if word in _SHORT and word not in self._known:
            return _SHORT[word]
        if word in self._known or len(word) < 4 or not word.isascii() or not word.isalpha():
            return word
        if word in english_words() or key_of(word) in english_words():
            return word
        return self._nearest(word) or self._abbreviated(word) or word

    def _abbreviated(self, word: str) -> str | None:
        """Return the one word that `word` is without some of its vowels: "ordrs", "custmr", "qntd"."""
        found = {key_of(known) for known in self._by_skeleton.get(_skeleton(word), ()) if len(known) > len(word)}
        return found.pop() if len(found) == 1 else None

    def _nearest(self, word: str) -> str | None:
        if len(word) < _LEAST:
            return None
        allowed = 1 if len(word) < 8 else 2
        near = [
            (OSA.distance(word, other, score_cutoff=allowed), other)
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for other in self._by_initial.get((word[0], length), ())
        ]
        close = sorted(pair for pair in near if pair[0] <= allowed)
        if not close or (len(close) > 1 and close[0][0] == close[1][0] and key_of(close[0][1]) != key_of(close[1][1])):
            return None
        return close[0][1]
