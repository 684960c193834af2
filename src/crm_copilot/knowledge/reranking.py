"""The reranker: a trained sum of what is known of a query and each of its candidates.

Every measure is held against the other candidates of the same query (less their mean, by their spread), so that the
weights mean the same in any collection. Words count by how few of the candidates have them: among near-duplicates it is
the rare word that tells them apart. `models/reranker` holds the projection and the weights; `crm train reranker` makes
them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from crm_copilot.errors import IndexOutdated
from crm_copilot.retrieval.embedder import Vectors
from crm_copilot.understanding.text import plain

_WORD = re.compile(r"\w+")
_STEM = 5  # letters of a word that are compared
_STEEP = 3  # what stands close counts more than what stands somewhat near


@dataclass(frozen=True, slots=True)
class Candidates:
    """The texts that a query may mean, with their cosines and BM25 scores; `nearest` where the pieces are kept."""

    texts: Sequence[str]
    cosines: Any
    words: Any
    nearest: Vectors | None = None
    frequency: Any = None


class Reranker:
    """The weights, opened at the first query."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def projection(self) -> Vectors:
        """The matrix that turns the vector of a word piece into the numbers that are kept: (384, n)."""
        with self._readable():
            return np.asarray(np.load(self._folder / "projection.npy"), np.float32)

    @cached_property
    def mark(self) -> str:
        """A few letters that no other projection has: it is made anew for each model of the pieces."""
        return f"{crc32(self.projection.tobytes()):08x}"

    @cached_property
    def _weights(self) -> dict[str, Any]:
        with self._readable():
            return dict(json.loads((self._folder / "weights.json").read_text("utf-8")))

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            raise IndexOutdated(f"no reranker in {self._folder} ({error}); restore it from the repository") from error

    def scores(self, query: str, found: Candidates) -> Any:
        """Return a score for each candidate, higher is better."""
        measured = measures(query, found)
        weights: Mapping[str, float] = self._weights["late" if found.nearest is not None else "plain"]
        return sum(weights.get(name, 0.0) * standard(values) for name, values in measured.items())


def measures(query: str, found: Candidates) -> dict[str, Any]:
    """Return what is measured, a number for each candidate under the name of the measure."""
    asked, texts = _stems(query), [_stems(text) for text in found.texts]
    measured = {
        "cosine": found.cosines,
        "words": found.words,
        "stems": _alike(asked, texts),
        "pairs": _alike(list(pairwise(asked)), [list(pairwise(text)) for text in texts]),
    }
    if found.nearest is not None:
        measured |= _late(found.nearest, found.frequency)
    return measured


def standard(values: Any) -> Any:
    """Return numbers less their mean, by their spread."""
    numbers = np.asarray(values, np.float64)
    return (numbers - numbers.mean()) / (numbers.std() + 1e-9)


def _late(nearest: Vectors, frequency: Any) -> dict[str, Any]:
    count = len(nearest)
    rare = np.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
    return {
        "pieces": nearest.mean(axis=1),
        "rare pieces": np.clip(nearest, 0, 1) ** _STEEP @ rare / max(float(rare.sum()), 1e-9),
        "farthest": nearest.min(axis=1),
    }


def _stems(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORD.findall(plain(text))]


def _alike(asked: Sequence[Any], texts: Sequence[Sequence[Any]]) -> Any:
    """Return the TF-IDF likeness of each text to what is asked, by the frequencies among these texts."""
    counts = [Counter(text) for text in texts]
    spread = Counter(word for held in counts for word in held)
    weight = {word: log((len(texts) + 1) / (n + 0.5)) for word, n in spread.items()}
    wanted = [word for word in dict.fromkeys(asked) if word in weight]
    return np.array([_overlap(wanted, held, weight) for held in counts])


def _overlap(wanted: Sequence[Any], held: Mapping[Any, int], weight: Mapping[Any, float]) -> float:
    squares = [(weight[word] if n == 1 else (1 + log(n)) * weight[word]) ** 2 for word, n in held.items()]
    shared = sum((1 + log(held[word])) * weight[word] ** 2 for word in wanted if word in held)
    return shared / (sqrt(sum(squares)) + 1e-9)
