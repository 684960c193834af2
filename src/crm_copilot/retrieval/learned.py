"""Solved examples that people confirmed, beside the index that ships: found for the next question, in any process.

They are few and come and go: the index over them is kept in memory, and made anew when the store says that others are
in use. A hit that asks the same as the question carries what answers it under "answers".
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from crm_copilot.domain import CONFIRMED, Solved
from crm_copilot.library.codec import from_json
from crm_copilot.library.describe import describe
from crm_copilot.retrieval.alike import Linker, Wording, adapted, wording
from crm_copilot.retrieval.documents import Document
from crm_copilot.retrieval.embedder import DIMENSION, TextEmbedder, Vectors
from crm_copilot.retrieval.index import Hit, HybridIndex, in_memory
from crm_copilot.understanding.gloss import gloss
from crm_copilot.understanding.reading import Calendar

_RELATED = 0.5  # cosine from which an example is worth showing
_COLLECTION = "examples"


class Source(Protocol):
    """Where the examples are kept."""

    def example_ids(self) -> tuple[int, ...]:
        """Return which examples are in use."""
        ...

    def examples(self) -> Sequence[Solved]:
        """Return them."""
        ...


@dataclass(slots=True)
class _Held:
    """The examples of one moment, their index, and how they are worded, as far as that was asked."""

    ids: tuple[int, ...]
    examples: dict[str, Solved] = field(default_factory=dict)
    index: HybridIndex | None = None
    wordings: dict[str, Wording] = field(default_factory=dict)


class LearnedExamples:
    """Finds what was confirmed by people who may see the same; `data` is the fingerprint of the data in use.

    `scope` is the key of what they may see: an example holds values that its asker named, which are not everybody's.
    """

    def __init__(
        self, source: Source, embedder: TextEmbedder, link: Linker, calendar: Calendar, data: str, scope: str = "all"
    ) -> None:  # fmt: skip
        self._source, self._embedder, self._link, self._calendar = source, embedder, link, calendar
        self._data, self._scope, self._lock, self._held = data, scope, threading.Lock(), _Held(())

    def embedded(self, question: str) -> tuple[str, bytes, str]:
        """Return the text that stands for a question, its vector, and the name of what made it."""
        text = self._gloss(question)
        return text, self._embedder.embed([text])[0].astype(np.float32).tobytes(), self._embedder.name

    def search(self, question: str, k: int = 5) -> list[Hit]:
        """Return the nearest confirmed examples, those that ask the same first; [] when none is near."""
        held = self._present()
        if held.index is None:
            return []
        near = [h for h in held.index.search(self._gloss(question), _COLLECTION, k) if h.cosine >= _RELATED]
        found = [self._answering(held, hit, question) for hit in near]
        return sorted(found, key=lambda hit: ("answers" not in hit.document.data, -hit.cosine))

    def _answering(self, held: _Held, hit: Hit, question: str) -> Hit:
        example = held.examples[hit.document.id]
        answers = self._answers(held, hit.document.id, example, question)
        return replace(hit, document=replace(hit.document, data={**hit.document.data, **answers}))

    def _answers(self, held: _Held, name: str, example: Solved, question: str) -> dict[str, Any]:
        """Return what answers the question, {} where the example does not ask the same."""
        if name not in held.wordings:
            held.wordings[name] = wording(example.question, self._link, self._calendar)
        confirmed, asked = held.wordings[name], wording(question, self._link, self._calendar)
        if example.plan is not None:
            plan = adapted(example.plan, confirmed, asked)
            return {} if plan is None else {"answers": {"plan": plan}}
        same = confirmed == asked and (not asked.periods or example.data == self._data)
        return {"answers": {"code": example.code}} if same else {}

    def _gloss(self, question: str) -> str:
        return gloss(question, self._link(question), self._calendar)

    # -------------------------------------------------------------------------------------------- what is in use

    def _present(self) -> _Held:
        """Return the examples in use, read anew when they have changed."""
        with self._lock:
            if self._source.example_ids() != self._held.ids:
                self._held = self._read()
            return self._held

    def _read(self) -> _Held:
        ids = self._source.example_ids()
        found = [example for example in self._source.examples() if example.scope == self._scope]
        if not found:
            return _Held(ids)
        documents = [_document(example) for example in found]
        index = in_memory(documents, self._vectors(found), self._embedder)
        return _Held(ids, {d.id: e for d, e in zip(documents, found, strict=True)}, index)

    def _vectors(self, examples: Sequence[Solved]) -> Vectors:
        """Return the stored vectors; those of another embedder are made anew."""
        stale = [place for place, example in enumerate(examples) if example.embedder != self._embedder.name]
        known = [b"" if place in stale else example.vector for place, example in enumerate(examples)]
        rows = np.array([np.frombuffer(vector or bytes(4 * DIMENSION), np.float32) for vector in known])
        if stale:
            rows[stale] = self._embedder.embed([examples[place].embedded for place in stale])
        return rows


def _document(example: Solved) -> Document:
    """Return what is searched: its words, and in the library's own words what it computes."""
    plan = example.plan
    words = f"confirmed {example.embedded} {describe(from_json(plan)) if plan is not None else ''}"
    solved = {"plan": plan} if plan is not None else {"code": example.code}
    return Document(f"{CONFIRMED}{example.id}", _COLLECTION, example.question, words, solved)


def merged(shipped: Sequence[Hit], learned: Sequence[Hit], k: int) -> list[Hit]:
    """Return the k best of both: each keeps its order, the nearer one comes first, and one that answers at once."""
    left, best = list(learned), []
    for hit in shipped:
        while left and ("answers" in left[0].document.data or left[0].cosine >= hit.cosine):
            best.append(left.pop(0))
        best.append(hit)
    return [*best, *left][:k]
