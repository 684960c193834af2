"""The pipeline of the writer from nothing to an answer, with a toy, in the environment that has torch.

The toy is trained once, by the commands that train the writer; what ships is then read here, without torch.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.llm.writer import Writer
from crm_copilot.prompts import WRITER_VERSION

from . import corpus

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-train" / "bin" / "python"
HERE = Path(__file__).parent

# Nothing is fetched; so small a model is as fast with one thread, and disturbs nobody.
_ALONE = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="needs .venv-train; make it with 'make train-environment'")


@pytest.fixture(scope="module")
def environment(demo_home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}  # noqa: TID251
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return {**kept, "PYTHONPATH": paths, "CRM_HOME": str(demo_home), **_ALONE}


@pytest.fixture(scope="module")
def toy(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which everything was trained."""
    folder = tmp_path_factory.mktemp("toy")
    corpus.write(folder)
    command = [str(PYTHON), str(HERE / "toy.py"), str(folder)]
    finished = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=580)
    assert finished.returncode == 0, finished.stderr[-3000:]
    return folder


def journal(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]


def test_pretraining_learns(toy: Path) -> None:
    losses = [row["loss"] for row in journal(toy / "pretrain") if row["event"] == "validation"]
    assert losses[-1] < 0.8 * math.log(900)  # of the 900 tokens each is as likely at first


def test_fine_tuning_counts_completions_alone_and_goes_on_learning(toy: Path) -> None:
    evaluated = next(row for row in journal(toy / "sft") if "eval_loss" in row)
    assert evaluated["step"] == 6
    assert evaluated["eval_loss"] < 0.8 * math.log(900)


def test_adapter_is_merged_into_a_model_that_stands_alone(toy: Path) -> None:
    assert (toy / "sft-lora" / "adapter" / "adapter_config.json").is_file()
    merged, base = (folder / "model.safetensors" for folder in (toy / "sft-lora" / "model", toy / "templated"))
    assert merged.stat().st_size == base.stat().st_size
    assert merged.read_bytes() != base.read_bytes()


def test_the_embedder_is_judged_before_and_after(toy: Path) -> None:
    found = json.loads((toy / "embedder-tune" / "figures.json").read_text("utf-8"))
    assert found["n"] > 0
    # The toy's questions are the titles themselves, and the original finds those.
    assert found["before"]["mrr"] == 1
    assert found["after"]["recall@1"] > 0.9
    assert (toy / "embedder-tune" / "model" / "model.safetensors").is_file()


@pytest.mark.parametrize("stage", ["grpo", "kto"])
def test_reward_and_thumbs_change_a_whole_model(toy: Path, stage: str) -> None:
    assert (toy / stage / "model" / "model.safetensors").is_file()
    assert (toy / stage / "model" / "tokenizer.json").read_bytes() == (toy / "vocabulary/tokenizer.json").read_bytes()
    assert any(row["event"] == "step" and row["step"] > 0 for row in journal(toy / stage))


def test_manifest_tells_the_files_of_what_ships(toy: Path) -> None:
    manifest = json.loads((toy / "writer" / "manifest.json").read_text("utf-8"))
    assert manifest["prompt_version"] == WRITER_VERSION
    assert manifest["figures"]["greedy_as_torch"] == 1.0
    for name, told in manifest["files"].items():
        content = (toy / "writer" / name).read_bytes()
        assert told == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert {path.name for path in (toy / "writer").iterdir()} == {*manifest["files"], "manifest.json", "README.md"}


def test_int8_is_smaller(toy: Path) -> None:
    assert (toy / "writer8" / "model.onnx").stat().st_size < (toy / "writer" / "model.onnx").stat().st_size
    assert json.loads((toy / "writer8" / "manifest.json").read_text("utf-8"))["figures"]["weights"] == "int8"


@pytest.mark.parametrize("name", ["writer", "writer8"])
def test_what_ships_is_served(toy: Path, name: str) -> None:
    with contextlib.closing(Writer(toy / name, prompt_version=WRITER_VERSION)) as served:
        first, *others = served.generate("number of orders\n=>\n", 3, max_new_tokens=20)
        again = served.generate("number of orders\n=>\n", 1, max_new_tokens=20)
    assert first.text == again[0].text != ""
    assert len(others) == 2


def test_the_environments_cut_texts_alike(toy: Path, environment: dict[str, str]) -> None:
    from tokenizers import Tokenizer

    text = (toy / "train.jsonl").read_text("utf-8").splitlines()[0]
    prompt, completion = (message["content"] for message in json.loads(text)["messages"])
    script = (
        "import sys, json; from transformers import AutoTokenizer;"
        "t = AutoTokenizer.from_pretrained(sys.argv[1]);"
        "print(json.dumps([t(text)['input_ids'] for text in sys.argv[2:]]))"
    )
    command = [str(PYTHON), "-c", script, str(toy / "sft" / "model"), prompt, completion]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=True)
    own = Tokenizer.from_file(str(toy / "writer" / "tokenizer.json"))
    assert json.loads(finished.stdout) == [own.encode(prompt).ids, own.encode(completion).ids]


def test_a_killed_run_goes_on_where_it_was(toy: Path, environment: dict[str, str], tmp_path: Path) -> None:
    words = [str(toy / "train.jsonl"), "--val", str(toy / "val.jsonl"), "--vocabulary", str(toy / "vocabulary")]
    shape = "--hidden 32 --layers 1 --heads 2 --kv-heads 1 --intermediate 64 --tokens 1024 --precision fp32".split()
    command = [str(PYTHON), "-m", "crm_copilot.interfaces.cli", "train", "pretrain", *words, *shape, "--no-minilm"]
    command += ["--folder", str(tmp_path)]
    run = subprocess.Popen([*command, "--minutes", "30", "--checkpoint-minutes", "0"], env=environment, cwd=ROOT)
    _await(tmp_path / "checkpoint.pt", run)
    run.send_signal(signal.SIGKILL)
    run.wait()
    finished = subprocess.run(
        [*command, "--resume", "--minutes", "0.01"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    starts = [row["step"] for row in journal(tmp_path) if row["event"] == "start"]
    assert starts[0] == 0
    assert starts[1] > 0


def _await(file: Path, run: subprocess.Popen[bytes], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not file.exists():
        assert run.poll() is None, "the run ended by itself"
        assert time.monotonic() < end, "no checkpoint in time"
        time.sleep(0.2)


def test_what_cannot_be_done_is_told_in_a_sentence(toy: Path) -> None:
    told = json.loads((toy / "refused.json").read_text("utf-8"))
    expected = {
        "no examples": "make the examples first: crm train examples",
        "no tokenizer": "make one: crm train tokenizer",
        "no base": "'nowhere' cannot be loaded",
        "no GPU": "use --lora",
        "no thumbs": "write the file with 'crm train feedback'",
        "no model": "train one: crm train sft",
        "no such weights": "expected fp32, int8 or int4",
        "no such precision": "expected auto, fp32 or bf16",
        "another shape": "is of a model of another shape",
        "too short a context": "give a larger --context",
    }
    assert told.keys() == expected.keys()
    assert {name: text for name, text in expected.items() if text not in told[name]} == {}
