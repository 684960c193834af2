"""What a version of a collection holds while it is being changed: sources, passages, and the vectors that are known."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from crm_copilot.knowledge import late
from crm_copilot.knowledge.files import Read
from crm_copilot.knowledge.shelf import Shelf, Source
from crm_copilot.retrieval.documents import Document
from crm_copilot.retrieval.embedder import Vectors


@dataclass(frozen=True, slots=True)
class Stock:
    """Passages in their order; the first `len(vectors)` of them have a vector of `embedder` already."""

    sources: tuple[Source, ...]
    documents: tuple[Document, ...]
    vectors: Vectors
    embedder: str
    pieces: list[Any] | None = None

    @classmethod
    def empty(cls) -> Stock:
        """Return the stock of a collection that is not there yet."""
        return cls((), (), np.zeros((0, 0), np.float32), "")

    @classmethod
    def of(cls, shelf: Shelf) -> Stock:
        """Return what a version holds."""
        places = range(len(shelf))
        documents = tuple(shelf.listed(None, 0, len(shelf)))
        return cls(tuple(shelf.sources()), documents, shelf.vectors_at(places), shelf.embedder, late.read(shelf.folder))

    def with_new(self, read: Sequence[Read]) -> Stock:
        """Return the stock with what was read behind it; an id that is taken gets its source before it."""
        taken = {document.id for document in self.documents}
        documents = list(self.documents)
        for each in read:
            for document in each.documents:
                name = document.id if document.id not in taken else f"{each.source.name}#{document.id}"
                taken.add(name)
                documents.append(replace(document, id=name))
        sources = (*self.sources, *(each.source for each in read))
        return replace(self, sources=sources, documents=tuple(documents))


def without(stock: Stock, names: Set[str]) -> Stock:
    """Return the stock without the passages of some sources."""
    kept = [place for place, document in enumerate(stock.documents) if document.data["source"] not in names]
    return Stock(
        tuple(source for source in stock.sources if source.name not in names),
        tuple(stock.documents[place] for place in kept),
        stock.vectors[kept],
        stock.embedder,
        late.chosen(stock.pieces, kept) if stock.pieces is not None else None,
    )
