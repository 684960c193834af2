"""The most telling sentences of records: central (LexRank), not said twice (maximal marginal relevance), in time order.

    G. Erkan, D. Radev, LexRank, 2004;  J. Carbonell, J. Goldstein, The use of MMR, 1998

What ends a story (a deal won or lost, the last record) weighs more, and what every record says ("called Ana") less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from crm_copilot.tools.conversations.records import Record
from crm_copilot.tools.conversations.sentences import Floats, Rarity, Sentence, sentences_of, vectors

_MOST_SENTENCES = 1200  # of the latest that are compared with each other
_DAMPING, _ROUNDS = 0.85, 40
_RELEVANCE = 0.7  # against what was chosen already
_SAME = 0.7  # from which two sentences say the same
_EACH = 2  # sentences of one record


def summarise(records: Sequence[Record], most: int, rarity: Rarity | None = None) -> list[Sentence]:
    """Return at most so many sentences in order of time; `place` says of which record each is.

    `rarity` tells how rare words are among all records of the company: what is said everywhere tells little.
    """
    sentences = sentences_of(records)[-_MOST_SENTENCES:]
    if not sentences:
        return []
    known = vectors([sentence.text for sentence in sentences])
    alike = np.asarray(known @ known.T, dtype=np.float64)
    weights = _weights(sentences, records, alike, rarity or Rarity([record.text for record in records]))
    chosen = _chosen(sentences, weights, alike, most)
    return [sentences[i] for i in sorted(chosen, key=lambda i: (sentences[i].place, i))]


def _weights(sentences: Sequence[Sentence], records: Sequence[Record], alike: Floats, rarity: Rarity) -> Floats:
    rank = (1 + _lexrank(alike)) / 2 * np.array([rarity(s.text) for s in sentences])
    ends = np.array([1.3 if records[s.place].outcome else 1.0 for s in sentences])
    late = np.array([1.0 + 0.3 * (s.place + 1) / len(records) for s in sentences])
    length = np.array([min(len(s.text.split()), 8) / 8 for s in sentences])
    worth = rank * ends * late * length
    return np.asarray(worth / max(float(worth.max()), 1e-9), dtype=np.float64)


def _lexrank(alike: Floats) -> Floats:
    """Return how central each sentence is, the most central 1."""
    links = alike / np.maximum(alike.sum(axis=1, keepdims=True), 1e-9)
    rank = np.full(len(links), 1 / len(links))
    for _ in range(_ROUNDS):
        rank = (1 - _DAMPING) / len(links) + _DAMPING * (links.T @ rank)
    return np.asarray(rank / rank.max(), dtype=np.float64)


def _chosen(sentences: Sequence[Sentence], weights: Floats, alike: Floats, most: int) -> list[int]:
    """Return the places of the sentences taken, the best first: one of each record before a second of any."""
    chosen: list[int] = []
    taken: Counter[int] = Counter()
    nearest = np.zeros(len(sentences))
    for rounds in range(1, _EACH + 1):
        while len(chosen) < most:
            open_ = np.array([taken[s.place] < rounds for s in sentences]) & (nearest < _SAME)
            if not open_.any():
                break
            worth = np.where(open_, _RELEVANCE * weights - (1 - _RELEVANCE) * nearest, -np.inf)
            best = int(np.argmax(worth))
            chosen.append(best)
            taken[sentences[best].place] += 1
            nearest = np.maximum(nearest, alike[:, best])
    return chosen
