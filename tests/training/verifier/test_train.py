"""The verifier's training from nothing to a file that is read without torch, with few steps."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.library import codec
from crm_copilot.llm.verifier import Verifier
from training.examples.shapes import draw
from training.examples.values import Values

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-train" / "bin" / "python"

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="needs .venv-train; make it with 'make train-environment'")


def write_corpus(house: House, file: Path) -> None:
    counts = {name: values for columns in house.dataset.values.values() for name, values in columns.items()}
    values, rng = Values(counts, house.calendar.first, house.calendar.last), random.Random(5)
    lines = [
        {"question": f"question {n}", "language": "en", "source": source, "plan": codec.to_json(draw(rng, values).plan)}
        for n, source in enumerate(["drawn-en"] * 20 + ["asked"] * 20)
    ]
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")


def test_a_model_is_trained_measured_and_read(house: House, demo_home: Path, tmp_path: Path) -> None:
    write_corpus(house, tmp_path / "train.jsonl")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}  # noqa: TID251
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    env = {**kept, "PYTHONPATH": paths, "CRM_HOME": str(demo_home), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    command = [
        str(PYTHON), "-m", "crm_copilot.interfaces.cli", "train", "verifier", "train.jsonl", "--test", "train.jsonl",
        "--target", "made", "--folder", "run", "--steps", "3", "--most", "10",
    ]  # fmt: skip
    finished = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert finished.returncode == 0, finished.stderr[-2000:]
    figures = json.loads((tmp_path / "run" / "figures.json").read_text("utf-8"))
    assert 0 <= figures["auc"] <= 1
    assert figures["megabytes"] < 40
    made = Verifier(tmp_path / "made" / "model.onnx", ROOT / "models" / "minilm" / "tokenizer.json")
    assert len(made.scores("orders by month", ["number of orders by month", "revenue"])) == 2
