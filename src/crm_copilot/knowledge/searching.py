"""Search one collection: candidates by meaning, by words and by pieces, put in order by the reranker."""

from __future__ import annotations

from typing import Any

import numpy as np

from crm_copilot.knowledge.embedding import Embedders
from crm_copilot.knowledge.reranking import Candidates
from crm_copilot.knowledge.shelf import Shelf
from crm_copilot.retrieval.embedder import Vectors
from crm_copilot.retrieval.index import Hit, word_scores

_DEPTH = 50


def search(shelf: Shelf, models: Embedders, query: str, k: int) -> list[Hit]:
    """Return the k best passages of a version, best first; [] for a query without any word or sign."""
    if not any(letter.isalnum() for letter in query):
        return []
    places, found = candidates(shelf, models, query, max(_DEPTH, k))
    scores = models.reranker.scores(query, found)
    best = np.lexsort((places, -scores))[:k]
    documents = shelf.documents([places[n] for n in best])
    return [Hit(d, float(scores[n]), float(found.cosines[n])) for d, n in zip(documents, best, strict=True)]


def candidates(shelf: Shelf, models: Embedders, query: str, depth: int) -> tuple[list[int], Candidates]:
    """Return the places that a query may mean, and what is known of them."""
    words = word_scores(shelf.lexical, query)
    if shelf.late is None or shelf.embedder != models.in_pieces:  # pieces of another model would mean nothing
        vector = models.of(shelf.embedder).embed([query])
        places = _together(_near(shelf, vector, depth), best_of(words, depth))
        return places, Candidates(_texts(shelf, places), shelf.vectors_at(places) @ vector[0], words[places])
    vector, pieces = models.exact.pieces([query])[0].mean()[None], shelf.late.scores(models.tuned.pieces([query])[0])
    by_pieces = best_of(pieces.nearest.mean(axis=1), depth)
    places = _together(_near(shelf, vector, depth), best_of(words, depth), by_pieces)
    cosines, frequency = shelf.vectors_at(places) @ vector[0], shelf.late.frequency(pieces.ids, places)
    return places, Candidates(_texts(shelf, places), cosines, words[places], pieces.nearest[places], frequency)


def _near(shelf: Shelf, vector: Vectors, depth: int) -> list[int]:
    found: list[int] = shelf.vectors.search(vector, min(len(shelf), depth))[1][0].tolist()
    return found


def _together(*rankings: list[int]) -> list[int]:
    return list(dict.fromkeys(place for ranking in rankings for place in ranking))


def _texts(shelf: Shelf, places: list[int]) -> list[str]:
    return [document.text for document in shelf.documents(places)]


def best_of(scores: Any, depth: int) -> list[int]:
    """Return the places with the highest scores above 0, best first."""
    depth = min(depth, len(scores))
    top = np.argpartition(-scores, depth - 1)[:depth]
    ranked = top[np.lexsort((top, -scores[top]))]
    return [int(place) for place in ranked if scores[place] > 0]
