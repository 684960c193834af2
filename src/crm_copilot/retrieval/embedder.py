"""Sentence vectors of all-MiniLM-L6-v2 by onnxruntime: no torch, nothing downloaded.

`models/minilm` holds the exported model and its tokenizer (`training/export_embedder.py` makes them). Vectors
are the mean of the token vectors, of length one, 384 numbers each: Reimers and Gurevych, arXiv:1908.10084.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from crm_copilot.errors import IndexOutdated
from crm_copilot.settings import silence_telemetry

Vectors = npt.NDArray[np.float32]
DIMENSION = 384
_MOST_TOKENS = 128
_BATCH = 32
_THREADS = 2  # of one batch
_REPAIR = "restore them from the repository, or run 'python -m training.export_embedder models/minilm'"


class TextEmbedder(Protocol):
    """Turns texts into vectors of length one."""

    name: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text."""
        ...


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text: their numbers in the vocabulary, and a vector of 384 numbers for each."""

    ids: npt.NDArray[np.int64]
    vectors: Vectors

    def mean(self) -> Vectors:
        """Return the vector of the text."""
        mean = self.vectors.mean(axis=0)
        made: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return made


class Embedder:
    """MiniLM as exported; the session is opened at the first use (0.2 s)."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        if not model.exists() or not tokenizer.exists():
            raise IndexOutdated(f"the embedding model is missing: expected {model} and {tokenizer}; {_REPAIR}")
        self.name = "all-MiniLM-L6-v2"
        self._model, self._tokenizer_file = model, tokenizer
        # The runtime keeps 50 MB for as many batches as ever ran at once; more than there are cores are no faster.
        self._running = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // _THREADS))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row of 384 numbers for each text."""
        rows = [self._batch(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, DIMENSION), np.float32)

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the vectors of the word pieces of each text, of twice the length that `embed` reads."""
        found: list[Pieces] = []
        for at in range(0, len(texts), _BATCH):
            encoded = self._long_tokenizer.encode_batch(list(texts[at : at + _BATCH]))
            tokens = self._run(encoded)
            lengths = [sum(e.attention_mask) for e in encoded]
            found += [
                Pieces(np.array(e.ids[:n], np.int64), row[:n])
                for e, row, n in zip(encoded, tokens, lengths, strict=True)
            ]
        return found

    @property
    def vocabulary(self) -> int:
        """How many word pieces the model knows."""
        return int(self._tokenizer.get_vocab_size())

    def alone(self, pieces: Sequence[int]) -> Vectors:
        """Return the vector of each word piece as if it were a text of its own."""
        first, last = self._tokenizer.token_to_id("[CLS]"), self._tokenizer.token_to_id("[SEP]")
        ids = np.array([[first, piece, last] for piece in pieces], np.int64)
        rows: Vectors = self._tokens(ids, np.ones_like(ids))[:, 1]
        return rows

    def _run(self, encoded: Sequence[Any]) -> Any:
        ids = np.array([e.ids for e in encoded], np.int64)
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        return self._tokens(ids, mask)

    def _tokens(self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> Any:
        with self._running:
            return self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]

    def _batch(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(list(texts))
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        tokens = self._run(encoded)
        weights = mask[:, :, None].astype(np.float32)
        mean = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        vectors: Vectors = (mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)).astype(np.float32)
        return vectors

    @cached_property
    def _tokenizer(self) -> Any:
        return opened_tokenizer(self._tokenizer_file, _MOST_TOKENS)

    @cached_property
    def _long_tokenizer(self) -> Any:
        return opened_tokenizer(self._tokenizer_file, 2 * _MOST_TOKENS)

    @cached_property
    def _session(self) -> Any:
        return opened_session(self._model)


def opened_tokenizer(file: Path, most: int) -> Any:
    """Open a tokenizer that cuts texts, or pairs of them, at so many word pieces; raise IndexOutdated if damaged."""
    from tokenizers import Tokenizer

    with _opened(file):
        tokenizer = Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(most)
    tokenizer.enable_padding()
    return tokenizer


def opened_session(model: Path) -> Any:
    """Open a model on a pair of cores; raise IndexOutdated if damaged."""
    silence_telemetry()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.log_severity_level = 3
    with _opened(model):
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


@contextmanager
def _opened(file: Path) -> Iterator[None]:
    """Both libraries raise exceptions of their own, of no common class."""
    try:
        yield
    except Exception as error:
        raise IndexOutdated(f"{file} is damaged ({error}); {_REPAIR}") from error
