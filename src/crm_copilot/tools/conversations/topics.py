"""Which records speak of a topic: by its words, or failing that by meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from crm_copilot.tools.conversations.records import Record
from crm_copilot.tools.conversations.sentences import sentences_of, terms

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
_NEAR = 0.5  # cosine from which a sentence is about the topic
_MOST_EMBEDDED = 150  # sentences, the latest


def about(records: Sequence[Record], topic: str, embed: Embed | None) -> list[Record]:
    """Return the records that speak of the topic; none when no record does."""
    wanted = set(terms(topic))
    found = [record for record in records if wanted & set(terms(record.text))]
    return found or (_by_meaning(records, topic, embed) if embed else [])


def _by_meaning(records: Sequence[Record], topic: str, embed: Embed) -> list[Record]:
    sentences = sentences_of(records)[-_MOST_EMBEDDED:]
    if not sentences:
        return []
    vectors = embed([topic, *(sentence.text for sentence in sentences)])
    near = vectors[1:] @ vectors[0] >= _NEAR
    return [records[place] for place in sorted({s.place for s, hit in zip(sentences, near, strict=True) if hit})]
