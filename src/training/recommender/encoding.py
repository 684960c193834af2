"""Features as numbers: categories as places in a vocabulary, numbers scaled, one of them also cut into steps.

Vocabularies hold short hashes, never ids of customers or products. Place 0 is everything that was not seen often
enough. All is learned from the training rows alone and kept as JSON (`to_json`, `from_json`).
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
LEAST_SEEN = 5
FARTHEST = 4.0


class Encoded(NamedTuple):
    """Rows for a network: `ids` (rows, categories) and `numbers` (rows, numbers)."""

    ids: Ints
    numbers: Floats

    def rows(self, chosen: NDArray[Any] | slice) -> Encoded:
        """Return some of the rows."""
        return Encoded(self.ids[chosen], self.numbers[chosen])


@dataclass(frozen=True)
class Encoder:
    """How features become numbers: the vocabularies, the scale of each number, and the edges of the steps."""

    vocabularies: Mapping[str, Sequence[int]]
    scales: Mapping[str, tuple[float, float, float]]
    edges: Mapping[str, Sequence[float]]

    @classmethod
    def fit(
        cls, rows: pd.DataFrame, categories: Sequence[str], numbers: Sequence[str], steps: Mapping[str, int]
    ) -> Encoder:
        """Learn from training rows; `steps` says into how many steps a number is cut as well."""
        vocabularies = {name: _vocabulary(rows[name]) for name in categories}
        scales = {name: _scale(rows[name]) for name in numbers}
        edges = {name: _edges(rows[name], number) for name, number in steps.items()}
        return cls(vocabularies, scales, edges)

    def transform(self, rows: pd.DataFrame) -> Encoded:
        """Return the rows as numbers."""
        ids = [_places(rows[name], words) for name, words in self.vocabularies.items()]
        columns = [_scaled(rows[name], scale) for name, scale in self.scales.items()]
        columns += [step for name, edges in self.edges.items() for step in _steps(rows[name], np.asarray(edges))]
        numbers = np.stack(columns, 1) if columns else np.zeros((len(rows), 0))
        return Encoded(np.stack(ids, 1).astype(np.int32), numbers.astype(np.float32))

    @property
    def sizes(self) -> list[int]:
        """How many places each category has, the unknown one included."""
        return [len(words) + 1 for words in self.vocabularies.values()]

    @property
    def width(self) -> int:
        """How many numbers each row has."""
        return len(self.scales) + sum(len(edges) - 1 for edges in self.edges.values())

    def knows(self, name: str, values: pd.Series) -> float:
        """Return the share of these values that are in a vocabulary."""
        return float((_places(values, self.vocabularies[name]) > 0).mean()) if len(values) else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` makes the same encoder of."""
        return {"vocabularies": dict(self.vocabularies), "scales": dict(self.scales), "edges": dict(self.edges)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Encoder:
        """Return the encoder of `to_json`."""
        return cls(fields["vocabularies"], fields["scales"], fields["edges"])


@cache
def short_hash(text: str) -> int:
    """Return 32 bits that stand for a text, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")


def _hashes(values: pd.Series) -> NDArray[np.int64]:
    codes, texts = pd.factorize(values.astype(str))
    return np.array([short_hash(str(text)) for text in texts], dtype=np.int64)[codes]


def _vocabulary(values: pd.Series) -> list[int]:
    hashes, counts = np.unique(_hashes(values), return_counts=True)
    return [int(one) for one in hashes[counts >= LEAST_SEEN]]


def _places(values: pd.Series, words: Sequence[int]) -> NDArray[np.int64]:
    known, hashes = np.asarray(words, dtype=np.int64), _hashes(values)
    if not len(known):
        return np.zeros(len(values), dtype=np.int64)
    places = np.searchsorted(known, hashes).clip(0, len(known) - 1)
    return np.where(known[places] == hashes, places + 1, 0)


def _scale(values: pd.Series) -> tuple[float, float, float]:
    """Return the usual value (for those missing), and the mean and spread of the logarithm."""
    middle = float(values.median()) if values.notna().any() else 0.0
    logs = np.log1p(values.fillna(middle).clip(lower=0.0))
    return middle, float(logs.mean()), float(logs.std()) or 1.0


def _scaled(values: pd.Series, scale: Sequence[float]) -> NDArray[np.float64]:
    middle, mean, spread = scale
    logs = np.log1p(values.fillna(middle).clip(lower=0.0).to_numpy(dtype=float))
    return np.asarray(np.clip((logs - mean) / spread, -FARTHEST, FARTHEST), dtype=np.float64)


def _edges(values: pd.Series, number: int) -> list[float]:
    logs = np.log1p(values.dropna().clip(lower=0.0))
    return [float(edge) for edge in np.unique(np.quantile(logs, np.linspace(0, 1, number + 1)))]


def _steps(values: pd.Series, edges: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return how far each step is climbed, 0 to 1: what lets a network follow a staircase."""
    logs = np.log1p(values.fillna(0.0).clip(lower=0.0).to_numpy(dtype=float))
    return [np.clip((logs - low) / (high - low), 0.0, 1.0) for low, high in itertools.pairwise(edges)]
