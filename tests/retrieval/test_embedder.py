"""MiniLM as shipped: vectors of length one that put like meanings together, without torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crm_copilot.errors import OperatorError
from crm_copilot.retrieval.embedder import DIMENSION, Embedder

TEXTS = ["revenue by month", "sales for each month of the year", "the dog sleeps on the sofa"]


def test_vectors_have_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed([*TEXTS, "", "é 🙂 订单", "word " * 5000])
    assert (vectors.shape, vectors.dtype) == ((6, DIMENSION), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_like_meanings_are_near(embedder: Embedder) -> None:
    month, sales, dog = embedder.embed(TEXTS)
    assert month @ sales > 0.6 > 0.3 > month @ dog


def test_a_vector_does_not_depend_on_its_neighbours(embedder: Embedder) -> None:
    """Shorter texts of a batch are padded."""
    many = embedder.embed([TEXTS[0], "word " * 100, *["filler text"] * 70])
    assert many[0] == pytest.approx(embedder.embed([TEXTS[0]])[0], abs=1e-5)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSION)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named_with_the_command_that_makes_it(tmp_path: Path, missing: str) -> None:
    for name in {"model.onnx", "tokenizer.json"} - {missing}:
        (tmp_path / name).touch()
    with pytest.raises(OperatorError, match=r"training\.export_embedder") as error:
        Embedder(tmp_path / "model.onnx", tmp_path / "tokenizer.json")
    assert str(tmp_path / missing) in str(error.value)


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json"])
def test_a_damaged_file_is_named_too(tmp_path: Path, embedder: Embedder, damaged: str) -> None:
    """As git leaves it when a large file was not fetched."""
    for name, whole in (("model.onnx", embedder._model), ("tokenizer.json", embedder._tokenizer_file)):
        (tmp_path / name).symlink_to(whole)
    (tmp_path / damaged).unlink()
    (tmp_path / damaged).write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(OperatorError, match=damaged):
        Embedder(tmp_path / "model.onnx", tmp_path / "tokenizer.json").embed(["revenue"])
