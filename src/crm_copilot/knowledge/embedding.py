"""Vectors for the passages of a collection: what is known is kept, the rest is embedded, texts of like length together.

A collection of up to `KEEPS_PIECES` passages keeps the pieces of each too (`late.py`), made by a model that was tuned
for them; one of more than `EMBEDS_IN_CONTEXT` has vectors that are made at once (`fast.py`): MiniLM would take an hour
for 100,000 passages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.knowledge import late
from crm_copilot.knowledge.fast import FastEmbedder
from crm_copilot.knowledge.reranking import Reranker
from crm_copilot.knowledge.stock import Stock
from crm_copilot.retrieval.embedder import Embedder, Pieces, TextEmbedder, Vectors

KEEPS_PIECES = 1000
EMBEDS_IN_CONTEXT = 5000
_BLOCK = 256
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """The vectors of a version, the name of what made them, and the pieces where they are kept."""

    vectors: Vectors
    embedder: str
    pieces: list[Any] | None = None


class Embedders:
    """The models that embed collections and put their passages in order."""

    def __init__(self, exact: Embedder, models: Path) -> None:
        self.exact, self._models = exact, models
        self.fast = FastEmbedder(models / "fast" / "table.npy", models / "minilm" / "tokenizer.json")
        self.reranker = Reranker(models / "reranker")

    @cached_property
    def in_pieces(self) -> str:
        """The name of what makes vectors and pieces together: another projection makes other pieces."""
        return f"{self.exact.name} and tuned pieces {self.reranker.mark}"

    @cached_property
    def tuned(self) -> Embedder:
        """The model whose pieces are compared with those of a query."""
        return Embedder(self._models / "pieces" / "model.onnx", self._models / "minilm" / "tokenizer.json")

    def of(self, name: str) -> TextEmbedder:
        """Return the model of this name."""
        return self.fast if name == self.fast.name else self.exact

    def vectors(self, stock: Stock, tell: Tell) -> Made:
        """Return a row for each passage; those that this model made before are kept."""
        if len(stock.documents) <= KEEPS_PIECES:
            return self._with_pieces(stock, tell)
        model: TextEmbedder = self.exact if len(stock.documents) <= EMBEDS_IN_CONTEXT else self.fast
        known = stock.vectors if stock.embedder == model.name else stock.vectors[:0]
        made = _embedded(model.embed, [document.text for document in stock.documents[len(known) :]], tell)
        rows = np.stack(made) if made else known[:0]
        return Made(np.concatenate([known, rows]) if len(known) else rows, model.name)

    def _with_pieces(self, stock: Stock, tell: Tell) -> Made:
        name = self.in_pieces
        kept = stock.pieces if stock.embedder == name else None
        known = len(stock.vectors) if kept is not None else 0
        texts = [document.text for document in stock.documents[known:]]
        if not texts:
            return Made(stock.vectors, name, kept)
        made = _embedded(self._both, texts, tell)
        parts = late.packed([tuned for _, tuned in made], self.reranker.projection)
        vectors = np.stack([exact.mean() for exact, _ in made])
        if kept is None:
            return Made(vectors, name, parts)
        return Made(np.concatenate([stock.vectors, vectors]), name, late.joined(kept, parts))

    def _both(self, texts: Sequence[str]) -> list[tuple[Pieces, Pieces]]:
        return list(zip(self.exact.pieces(texts), self.tuned.pieces(texts), strict=True))


def _embedded(embed: Callable[[Sequence[str]], Any], texts: Sequence[str], tell: Tell) -> list[Any]:
    """Return what a model makes of each text, in their order; a batch takes as long as its longest text."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    back: list[Any] = [None] * len(texts)
    for at in range(0, len(order), _BLOCK):
        places = order[at : at + _BLOCK]
        for place, made in zip(places, embed([texts[place] for place in places]), strict=True):
            back[place] = made
        tell(f"embedding {min(at + _BLOCK, len(order)):,} of {len(order):,} passages")
    return back
