"""The models that ship, opened once, and an empty folder of collections for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_copilot.knowledge import Collections
from crm_copilot.knowledge.embedding import Embedders
from crm_copilot.retrieval.embedder import Embedder

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="session")
def models() -> Embedders:
    minilm = MODELS / "minilm"
    return Embedders(Embedder(minilm / "model.onnx", minilm / "tokenizer.json"), MODELS)


@pytest.fixture
def collections(tmp_path: Path, models: Embedders) -> Collections:
    return Collections(tmp_path / "knowledge", models)
