"""Make `models/fast`: a vector for each word piece of MiniLM, for collections too large to be embedded in context.

Each piece goes through MiniLM alone; the principal directions of the result are kept, weighed by the logarithm of the
piece's place in the vocabulary (Tulkens and van Dongen, Model2Vec, 2024), and rounded to bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.retrieval.embedder import Embedder

DIMENSIONS = 128
_BLOCK = 512


def main(target: Path, minilm: Path) -> None:
    """Write the table of the model in `minilm` to `target`/table.npy."""
    embedder = Embedder(minilm / "model.onnx", minilm / "tokenizer.json")
    rows = np.concatenate([embedder.alone(range(at, min(at + _BLOCK, embedder.vocabulary))) for at in
                           range(0, embedder.vocabulary, _BLOCK)])  # fmt: skip
    target.mkdir(parents=True, exist_ok=True)
    np.save(target / "table.npy", table(rows))


def table(rows: Any) -> Any:
    """Return the bytes for vectors of word pieces, in the order of the vocabulary."""
    centred = rows - rows.mean(axis=0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:DIMENSIONS]
    weighed = (centred @ directions.T) * np.log1p(np.arange(len(rows)))[:, None]
    return np.clip(np.round(weighed / np.abs(weighed).max() * 254), -127, 127).astype(np.int8)
