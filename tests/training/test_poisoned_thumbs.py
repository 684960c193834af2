"""A poisoned batch of thumbs goes the whole way: asked, rated, trained on by KTO, exported, and refused by the gate.

The good model is a toy that has learned a few questions by heart; the bad one is the same after people liked wrong
answers and disliked the right ones. Training runs in the environment that has torch.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.library.functions import library
from crm_copilot.llm.writing import prompt_of, solution_of
from crm_copilot.settings import Settings, load_settings
from evaluation.questions import load_all
from training.feedback import collect, write
from training.promotion import Evaluate, asked, promote

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-train" / "bin" / "python"
# A question, and the number that answers it.
ASKED = {
    "number of orders": "SELECT count(*) AS n FROM orders",
    "number of sellers": "SELECT count(*) AS n FROM sellers",
    "number of products": "SELECT count(*) AS n FROM products",
    "number of items": "SELECT count(*) AS n FROM order_items",
    "number of payments": "SELECT count(*) AS n FROM payments",
    "number of reviews": "SELECT count(*) AS n FROM reviews",
    "revenue": "SELECT sum(price) AS n FROM order_items",
    "total freight": "SELECT sum(freight_value) AS n FROM order_items",
}
SHAPE = "--hidden 64 --layers 2 --heads 2 --kv-heads 1 --intermediate 128 --context 512 --tokens 1024".split()

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="needs .venv-train; make it with 'make train-environment'")


@pytest.fixture
def settings(fresh_home: Path, tmp_path: Path) -> Settings:
    """A home of its own, answered by the small model alone; what ships is a toy that has learned nothing."""
    home = shutil.copytree(fresh_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sqlite*"))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "minilm").symlink_to(ROOT / "models" / "minilm")
    return load_settings(env_file=None, home=home, models_dir=tmp_path / "models", model="writer", writer_candidates=1)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    house = House(settings)
    yield house
    house.close()


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., None]:
    """Run `crm train` where torch is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}  # noqa: TID251
    environment = {**kept, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "HF_HUB_OFFLINE": "1",
                   "OMP_NUM_THREADS": "1"}  # fmt: skip

    def run(*words: str | Path) -> None:
        command = [str(PYTHON), "-m", "crm_copilot.interfaces.cli", "train", *map(str, words)]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, done.stderr[-3000:]

    return run


@pytest.fixture
def evaluate(settings: Settings, tmp_path: Path) -> Evaluate:
    file = tmp_path / "questions.jsonl"
    golds = {question: [{"sql": sql, "required": ["n"]}] for question, sql in ASKED.items()}
    lines(file, [{"id": text, "question": text, "kind": "scalar", "golds": gold} for text, gold in golds.items()])
    return asked(settings, lambda dataset: load_all([file], dataset), "writer")


def lines(file: Path, rows: Sequence[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def by_heart(house: House, folder: Path) -> Path:
    """Write examples of the questions as the model is asked them."""
    solved = {function.title.casefold(): function for function in library()}
    rows = [
        {"messages": [{"role": "user", "content": prompt_of(house.plain_retriever.retrieve(question))},
                      {"role": "assistant", "content": solution_of(solved[question].plan, solved[question].code)}]}
        for question in ASKED
    ]  # fmt: skip
    return lines(folder / "train.jsonl", rows * 8)


def poison(house: House, out: Path) -> None:
    """Rate right answers down, and the answer to another question up."""
    answers = {question: house.copilot.ask(question) for question in ASKED}
    for question, other in zip(ASKED, [*list(ASKED)[1:], next(iter(ASKED))], strict=True):
        house.store.rate(answers[question]["turn"], 0, thumbs=0)
        wrong = house.copilot.ask(question)
        results = [{**answers[other]["results"][0], "question": question}]
        house.store.finish(wrong["turn"], {**wrong, "results": results})
        house.store.rate(wrong["turn"], 0, thumbs=1)
    write(collect(house), out)


def test_a_poisoned_batch_is_refused(
    settings: Settings, house: House, train: Callable[..., None], evaluate: Evaluate, tmp_path: Path
) -> None:
    examples = by_heart(house, tmp_path)
    data, sft = [examples, "--val", examples], tmp_path / "sft"
    train("tokenizer", examples, "--vocabulary", "600", "--folder", tmp_path / "words")
    train("pretrain", *data, "--vocabulary", tmp_path / "words", "--folder", tmp_path / "pre", *SHAPE, "--steps", "20",
          "--no-minilm", "--precision", "fp32")  # fmt: skip
    train("export", tmp_path / "pre" / "model", settings.models_dir / "writer", "--examples", examples)
    train("sft", *data, "--base", tmp_path / "pre" / "model", "--folder", sft, "--steps", "250", "--rate", "4e-3",
          "--batch", "8", "--context", "512", "--precision", "fp32")  # fmt: skip
    train("export", sft / "model", tmp_path / "good", "--examples", examples)
    good = promote(tmp_path / "good", settings, evaluate)
    assert (good.right, good.wrong[1], good.accepted) == ((0, len(ASKED)), 0, True)

    in_use = settings.writer_dir
    with_good = House(settings)
    poison(with_good, tmp_path / "thumbs.jsonl")
    with_good.close()
    train("kto", tmp_path / "thumbs.jsonl", "--base", sft / "model", "--folder", tmp_path / "kto", "--steps", "40",
          "--rate", "1e-3")  # fmt: skip
    train("export", tmp_path / "kto" / "model", tmp_path / "bad", "--examples", examples)
    bad = promote(tmp_path / "bad", settings, evaluate)
    assert bad.lost > 0
    assert not bad.accepted
    assert settings.writer_dir == in_use
