"""The verifier: how well what was computed, in words, answers the question that was asked.

A cross-encoder reads both texts together, so it sees what a reading leaves out or adds ("the first 15", "worst first",
the wrong average), which no score of the reading itself can know. It was trained on questions with right readings, with
near misses of them, and with readings of ours that were wrong (`crm train verifier`). As a second opinion on generated
solutions: Cobbe et al., arXiv:2110.14168. `models/verifier` holds it; the word pieces are those of `models/minilm`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.errors import ModelUnavailable
from crm_copilot.retrieval.embedder import opened_session, opened_tokenizer

MOST_TOKENS = 128
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# A ranking of several shows ten where no number was asked for; the ten are then no part of the answer.
_TEN = re.compile(r"\b(?:10|ten|dez)\b", re.IGNORECASE)
_SHOWN = re.compile(r"\b(top|lowest|menores) 10\b")


class Verifier:
    """The model as exported, opened at the first use (0.2 s)."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._model, self._tokenizer_file = model, tokenizer

    @property
    def absent(self) -> bool:
        """Whether there is none; the product then does without a second opinion."""
        return not self._model.exists()

    def scores(self, question: str, readings: Sequence[str]) -> list[float]:
        """Return the log odds that each reading is right, about -7 to 7.

        Raises ModelUnavailable when the model is damaged or made for other inputs.
        """
        if not readings:
            return []
        encoded = self._tokenizer.encode_batch([(question, compared(question, reading)) for reading in readings])
        rows = ([e.ids for e in encoded], [e.attention_mask for e in encoded], [e.type_ids for e in encoded])
        given = {name: np.array(row, np.int64) for name, row in zip(INPUTS, rows, strict=True)}
        try:
            found = self._session.run(None, given)[0]
        except Exception as error:  # onnxruntime's have no common class
            raise ModelUnavailable(f"{self._model} does not fit this version ({error}); {_REPAIR}") from error
        return [round(float(score), 3) for score in found.reshape(-1)]

    @cached_property
    def _tokenizer(self) -> Any:
        return opened_tokenizer(self._tokenizer_file, MOST_TOKENS)

    @cached_property
    def _session(self) -> Any:
        try:
            return opened_session(self._model)
        except Exception as error:
            raise ModelUnavailable(f"{self._model} is damaged ({error}); {_REPAIR}") from error


def compared(question: str, reading: str) -> str:
    """Return the words of a reading as the model sees them: without a number of rows that nobody asked for."""
    return reading if _TEN.search(question) else _SHOWN.sub(r"\1 ones", reading)


_REPAIR = "restore it from the repository, or run 'crm train verifier'; without the file CRM works without it"
