"""The embedder that is shipped, opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_copilot.retrieval.embedder import Embedder

MINILM = Path(__file__).parents[2] / "models" / "minilm"


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder(MINILM / "model.onnx", MINILM / "tokenizer.json")
