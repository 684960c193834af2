"""Late interaction: a passage keeps a vector for each of its word pieces, and a query looks for each of its own.

What a query asks for may stand in one clause of a long passage, which the mean of the passage blurs. Each word piece of
the query takes its nearest in the passage; their mean is the score (ColBERT, Khattab and Zaharia, arXiv:2004.12832).
The pieces are those of the embedder, turned into fewer numbers by a trained projection and kept as signed bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.retrieval.embedder import Pieces, Vectors

_FILES = ("pieces.npy", "ends.npy", "ids.npy")
_SCALE = 127


@dataclass(frozen=True, slots=True)
class Scores:
    """How near the pieces of a query come in each passage: rows are passages, columns pieces; `ids` name the pieces."""

    nearest: Vectors
    ids: Any


class Late:
    """The pieces of all passages of a version, in their order."""

    def __init__(self, folder: Path, projection: Vectors) -> None:
        self._pieces, self._ends, self._ids = (np.load(folder / name, mmap_mode="r") for name in _FILES)
        self._projection = projection

    def scores(self, query: Pieces) -> Scores:
        """Return the nearest piece of every passage for each piece of the query, its marks at both ends left out."""
        asked = projected(query.vectors[1:-1], self._projection)
        nearest: Vectors = np.maximum.reduceat(self._loaded @ asked.T, self._starts, axis=0)
        return Scores(nearest / np.float32(_SCALE), query.ids[1:-1])

    def frequency(self, ids: Any, places: Sequence[int]) -> Any:
        """Return in how many of the passages each of these pieces stands."""
        held = [set(self._ids[self._starts[place] : self._ends[place]].tolist()) for place in places]
        return np.array([sum(piece in pieces for pieces in held) for piece in ids.tolist()], np.float32)

    @cached_property
    def _loaded(self) -> Vectors:
        return np.asarray(self._pieces, np.float32)

    @cached_property
    def _starts(self) -> Any:
        return np.concatenate([[0], self._ends[:-1]])


def projected(vectors: Vectors, projection: Vectors) -> Vectors:
    """Return vectors of length one in the space where pieces are compared."""
    turned = vectors @ projection
    made: Vectors = turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9)
    return made


def packed(texts: Sequence[Pieces], projection: Vectors) -> list[Any]:
    """Return what `write` takes: bytes, where each text ends, and the ids of the pieces."""
    rows = [np.round(projected(text.vectors, projection) * _SCALE).astype(np.int8) for text in texts]
    ends = np.cumsum([len(row) for row in rows])
    return [np.concatenate(rows), ends, np.concatenate([text.ids for text in texts]).astype(np.uint16)]


def write(folder: Path, parts: Sequence[Any]) -> None:
    """Write the pieces of a version."""
    for name, part in zip(_FILES, parts, strict=True):
        np.save(folder / name, part)


def read(folder: Path) -> list[Any] | None:
    """Return what was written, None when the version keeps no pieces."""
    return [np.load(folder / name) for name in _FILES] if (folder / _FILES[0]).exists() else None


def chosen(parts: Sequence[Any], places: Sequence[int]) -> list[Any]:
    """Return the parts of some passages only."""
    pieces, ends, ids = parts
    starts = np.concatenate([[0], ends[:-1]])
    kept = np.concatenate([np.arange(starts[p], ends[p]) for p in places]) if len(places) else np.array([], int)
    return [pieces[kept], np.cumsum([ends[p] - starts[p] for p in places]), ids[kept]]


def joined(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Return the parts of two groups of passages, one behind the other."""
    shift = first[1][-1] if len(first[1]) else 0
    ends = np.concatenate([first[1], second[1] + shift]).astype(np.int64)
    return [np.concatenate([first[0], second[0]]), ends, np.concatenate([first[2], second[2]])]
