"""Search one collection: nearest by meaning and by words, fused by reciprocal rank."""

from __future__ import annotations

from typing import Any

import numpy as np

from crm_copilot.knowledge.shelf import Shelf
from crm_copilot.retrieval.embedder import TextEmbedder
from crm_copilot.retrieval.index import Hit, lexical_tokens

_DEPTH = 50
_RANKS = 60  # the constant of reciprocal rank fusion


def search(shelf: Shelf, embedder: TextEmbedder, query: str, k: int) -> list[Hit]:
    """Return the k best passages of a version, best first."""
    depth = min(len(shelf), max(_DEPTH, k))
    vector = embedder.embed([query])
    _, near = shelf.vectors.search(vector, depth)
    words = _words(shelf, query)
    fused: dict[int, float] = {}
    for ranking in (near[0].tolist(), _best(words, depth)):
        for rank, place in enumerate(ranking):
            fused[place] = fused.get(place, 0.0) + 1 / (_RANKS + rank)
    places = sorted(fused, key=lambda place: (-fused[place], place))[:k]
    cosines = shelf.vectors_at(places) @ vector[0]
    documents = shelf.documents(places)
    return [Hit(d, fused[p], float(c)) for d, p, c in zip(documents, places, cosines, strict=True)]


def _words(shelf: Shelf, query: str) -> Any:
    tokens = [token for token in lexical_tokens(query) if token in shelf.lexical.vocab_dict]
    return shelf.lexical.get_scores(tokens) if tokens else np.zeros(len(shelf), np.float32)


def _best(scores: Any, depth: int) -> list[int]:
    """Return the places with the highest scores above 0, best first."""
    top = np.argpartition(-scores, depth - 1)[:depth]
    ranked = top[np.lexsort((top, -scores[top]))]
    return [int(place) for place in ranked if scores[place] > 0]
