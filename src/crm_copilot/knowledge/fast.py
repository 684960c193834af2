"""Vectors for large collections: the mean of a fixed vector for each word piece, a thousand times as fast as MiniLM.

The vectors are what MiniLM makes of each piece alone, weighed by how rare the piece is in English (its place in the
vocabulary, which is in the order of frequency): Tulkens and van Dongen, Model2Vec, 2024. They know no context; in a
large collection BM25 and the reranker beside them do the finer work.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.errors import IndexOutdated
from crm_copilot.retrieval.embedder import Vectors

_REPAIR = "restore it from the repository, or run 'crm train fast-embedder'"


class FastEmbedder:
    """The table of word pieces; it is opened at the first use."""

    name = "word pieces of all-MiniLM-L6-v2"

    def __init__(self, table: Path, tokenizer: Path) -> None:
        self._file, self._tokenizer_file = table, tokenizer

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length one for each text."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return np.stack([self._mean(text.ids) for text in encoded])

    def _mean(self, ids: Sequence[int]) -> Vectors:
        if not ids:
            return np.zeros(self._table.shape[1], np.float32)
        row = self._table[list(ids)].sum(axis=0, dtype=np.float32)
        made: Vectors = row / max(float(np.linalg.norm(row)), 1e-9)
        return made

    @cached_property
    def _table(self) -> Any:
        try:
            return np.load(self._file, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise IndexOutdated(f"{self._file} cannot be opened ({error}); {_REPAIR}") from error

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._tokenizer_file))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
