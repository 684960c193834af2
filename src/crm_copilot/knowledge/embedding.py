"""Vectors for the passages of a collection: what is known is kept, the rest is embedded, short texts first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from crm_copilot.knowledge.stock import Stock
from crm_copilot.retrieval.embedder import TextEmbedder, Vectors

_BLOCK = 256


class Embedders:
    """The models that may have embedded a collection, by name."""

    def __init__(self, exact: TextEmbedder) -> None:
        self._exact = exact

    def of(self, name: str) -> TextEmbedder:
        """Return the model of this name."""
        return self._exact

    def vectors(self, stock: Stock, tell: Callable[[str], None]) -> tuple[Vectors, str]:
        """Return a row for each passage, and the name of the model that made them."""
        model = self._exact
        known = stock.vectors if stock.embedder == model.name else stock.vectors[:0]
        new = [document.text for document in stock.documents[len(known) :]]
        made = embedded(model, new, tell)
        return (np.concatenate([known, made]) if len(known) else made), model.name


def embedded(model: TextEmbedder, texts: Sequence[str], tell: Callable[[str], None]) -> Vectors:
    """Return the vectors of many texts; those of like length go together, since a batch is as long as its longest."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    rows: list[Vectors] = []
    for at in range(0, len(order), _BLOCK):
        rows.append(model.embed([texts[place] for place in order[at : at + _BLOCK]]))
        tell(f"embedding {min(at + _BLOCK, len(order)):,} of {len(order):,} passages")
    made = np.concatenate(rows)
    back = np.empty_like(made)
    back[order] = made
    return back
