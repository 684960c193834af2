"""ragas with a judge behind an endpoint: what it judges is counted, what it cannot is missing and never 0.

These need ragas (`requirements-eval.txt`); the last one a real model, whose server is of the environment that trains.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.retrieval.embedder import Embedder
from crm_copilot.settings import load_settings

pytest.importorskip("ragas", reason="ragas is not installed: pip install -r requirements-eval.txt")

from evaluation.knowledge.commands import _mean
from evaluation.knowledge.measures import judged, unjudged
from evaluation.knowledge.samples import Sample
from tests.evaluation.knowledge.judge_server import served
from tests.llm.test_server import TRAIN, start

MINILM = Path(__file__).parents[3] / "models" / "minilm"
TEXT = "To cancel an order, open it under 'My orders' and press 'Cancel'."
SAMPLE = Sample("how do I cancel an order?", TEXT, [TEXT], TEXT)
JUDGED = {"faithfulness", "answer relevancy", "context precision", "context recall", "answer correctness"}


def embedder() -> Embedder:
    return Embedder(MINILM / "model.onnx", MINILM / "tokenizer.json")


def measured(home: Path, url: str, model: str) -> Mapping[str, dict[str, Any]]:
    settings = load_settings(
        env_file=None, home=home, model=f"openai:{model}", model_base_url=url, model_api_key="none",
        model_timeout_seconds=240,
    )  # fmt: skip
    found = {**unjudged(embedder()), **judged(settings, embedder())}
    return {name: _mean(measure, [SAMPLE], lambda: None) for name, measure in found.items()}


def test_what_a_judge_says_in_the_form_that_is_asked_for_is_counted(tmp_path: Path) -> None:
    with served() as url:
        found = measured(tmp_path, url, "able")
    assert {name for name, one in found.items() if one["of"] == 1 and one["missing"] is None} == set(found)
    assert all(0 < found[name]["mean"] <= 1.0001 for name in JUDGED)
    assert found["faithfulness"]["mean"] == found["context recall"]["mean"] == 1


def test_what_a_judge_cannot_say_is_missing(tmp_path: Path) -> None:
    with served() as url:
        found = measured(tmp_path, url, "weak")
    assert all(found[name]["mean"] is None and found[name]["missing"] for name in JUDGED)
    assert all(found[name]["mean"] is not None for name in set(found) - JUDGED)


def test_a_server_that_is_not_there_leaves_them_missing(tmp_path: Path) -> None:
    with served() as url:
        pass
    found = measured(tmp_path, url, "gone")
    assert all(found[name]["mean"] is None and found[name]["missing"] for name in JUDGED)


def test_a_real_model_that_only_writes_code_leaves_them_missing(tmp_path: Path) -> None:
    if not (TRAIN / "transformers").exists():
        pytest.skip(f"{TRAIN} is not there: 'make test' makes the environment that trains, and with it this server")
    server = start(tmp_path / "log")
    try:
        found = measured(tmp_path, server.url, "hf")
    finally:
        server.stop()
    assert all(found[name]["mean"] is None and found[name]["missing"] for name in JUDGED)
    assert all(found[name]["mean"] is not None for name in set(found) - JUDGED)
