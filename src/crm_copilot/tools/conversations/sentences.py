"""Sentences of records, and how alike they are: weights of words by how rare they are among the records."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crm_copilot.tools.conversations.records import Record
from crm_copilot.understanding.ordinary import is_function_word
from crm_copilot.understanding.text import plain

_BREAK = re.compile(r"(?<=[.!?…])\s+(?=[^\s.,;])|\s*\n+\s*")
_WORD = re.compile(r"[^\W_]+")
_STEM = 6  # letters by which words are compared: "delivery" and "deliveries" are one
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands in a record; `place` is the record's among those of the scope."""

    text: str
    place: int


def sentences_of(records: Sequence[Record]) -> list[Sentence]:
    """Return the sentences of the records that tell something, in order."""
    found = [
        Sentence(part.strip(), place) for place, record in enumerate(records) for part in _BREAK.split(record.text)
    ]
    told = [sentence for sentence in found if len(terms(sentence.text)) > 2]
    return told or [sentence for sentence in found if sentence.text]


def terms(text: str) -> list[str]:
    """Return the beginnings of the words that tell something, numbers too."""
    words = _WORD.findall(plain(text))
    return [word[:_STEM] for word in words if word.isdigit() or (len(word) > 2 and not _is_light(word))]


class Rarity:
    """How rare the words of a text are among many texts, 0 (said everywhere) to 1 (said once)."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = max(len(texts), 2)
        self._known = Counter(term for text in texts for term in set(terms(text)))

    def __call__(self, text: str) -> float:
        """Return the mean rarity of the words that tell something; figures count like words that are rather rare."""
        found = set(terms(text))
        if not found:
            return 0.0
        known = [0.6 if term.isdigit() else self._of(term) for term in found]
        return sum(known) / len(known)

    def _of(self, term: str) -> float:
        return 1 - math.log(1 + self._known[term]) / math.log(1 + self._count)


def _is_light(word: str) -> bool:
    return len(word) < 5 and is_function_word(word)


def vectors(texts: Sequence[str]) -> Floats:
    """Return one row of unit length for each text: its words, the rarer the heavier."""
    bags = [Counter(terms(text)) for text in texts]
    places = {term: place for place, term in enumerate(sorted({term for bag in bags for term in bag}))}
    found = np.zeros((len(texts), max(1, len(places))))
    for row, bag in enumerate(bags):
        for term, count in bag.items():
            found[row, places[term]] = 1 + np.log(count)
    rarity = np.log((1 + len(texts)) / (1 + (found > 0).sum(axis=0))) + 1
    weighed: Floats = found * rarity
    norms = np.linalg.norm(weighed, axis=1, keepdims=True)
    return np.asarray(weighed / np.where(norms == 0, 1, norms), dtype=np.float64)
