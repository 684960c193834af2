"""The whole pipeline on a toy, run by `test_pipeline.py` in the environment that has torch.

    .venv-train/bin/python tests/training/writer/toy.py FOLDER

Examples of the library, a model of two layers, a few steps of each kind of training, the same commands that train the
writer. `done.json` in the folder says how long each took, `refused.json` what is said of input that is no good.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from crm_copilot.errors import CopilotError
from training.commands import app

PRETRAIN = "--steps 30 --tokens 1024 --rate 1e-2 --precision fp32".split()
SHAPE = "--hidden 32 --layers 2 --heads 2 --kv-heads 1 --intermediate 64 --context 512".split()
TEMPLATE = "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}"
TEMPLATE += "{% if add_generation_prompt %}[assistant]{% endif %}"


def main(folder: Path) -> None:
    seconds = {name: _timed(name, folder, words) for name, words in _stages(folder)}
    (folder / "done.json").write_text(json.dumps(seconds), encoding="utf-8")
    refused = {name: _refused(words) for name, words in _bad(folder).items()}
    (folder / "refused.json").write_text(json.dumps(refused), encoding="utf-8")


def _stages(at: Path) -> list[tuple[str, list[str]]]:
    data = [str(at / "train.jsonl"), "--val", str(at / "val.jsonl")]
    sft, small = str(at / "sft" / "model"), ["--precision", "fp32", "--batch", "8", "--context", "512"]
    return [
        ("tokenizer", [data[0], "--folder", str(at / "vocabulary"), "--vocabulary", "900"]),
        ("pretrain", [*data, "--vocabulary", str(at / "vocabulary"), *SHAPE, *PRETRAIN]),
        ("sft", [*data, "--base", str(at / "pretrain" / "model"), "--steps", "6", "--rate", "5e-3", *small]),
        ("sft-lora", [*data, "--base", str(at / "templated"), "--steps", "4", "--lora", "--merge", *small]),
        ("grpo", [data[0], "--base", sft, "--steps", "1", "--prompts", "2", "--group", "2", "--written", "24"]),
        ("kto", [str(at / "thumbs.jsonl"), "--base", sft, "--steps", "2"]),
        (
            "embedder-tune",
            [data[0], "--test", data[2], "--steps", "2", "--batch", "4"],
        ),
        ("export", [sft, str(at / "writer"), "--examples", str(at / "few.jsonl")]),
        ("export-int8", [sft, str(at / "writer8"), "--examples", str(at / "few.jsonl"), "--weights", "int8"]),
    ]


def _bad(at: Path) -> dict[str, list[str]]:
    train, vocabulary = str(at / "train.jsonl"), ["--vocabulary", str(at / "vocabulary")]
    data, sft, elsewhere = [train, "--val", str(at / "val.jsonl")], str(at / "sft" / "model"), str(at / "elsewhere")
    export = ["export", "--examples", str(at / "few.jsonl")]
    return {
        "no examples": ["pretrain", str(at / "none.jsonl"), *data[1:], *vocabulary],
        "no tokenizer": ["pretrain", *data, "--vocabulary", elsewhere],
        "no base": ["sft", *data, "--base", "nowhere", "--folder", elsewhere],
        "no GPU": ["sft", *data, "--qlora", "--base", sft],
        "no thumbs": ["kto", data[2], "--base", sft],
        "no model": [*export, elsewhere, elsewhere],
        "no such weights": [*export, sft, elsewhere, "--weights", "int3"],
        "no such precision": ["pretrain", *data, *vocabulary, "--precision", "fp64"],
        "another shape": ["pretrain", *data, *vocabulary, "--folder", str(at / "pretrain"), "--resume", "--no-minilm"],
        "too short a context": ["sft", *data, "--base", sft, "--folder", elsewhere, "--context", "8"],
    }


def _refused(words: list[str]) -> str:
    try:
        app(words, standalone_mode=False)
    except CopilotError as error:
        return str(error)
    return ""


def _timed(name: str, folder: Path, words: list[str]) -> float:
    start = time.monotonic()
    if name == "export":  # over a model that is there already, with its card
        (folder / "writer").mkdir()
        (folder / "writer" / "README.md").write_text("the card", encoding="utf-8")
        (folder / "writer" / "model.onnx.data").write_bytes(b"of the model before")
    if name == "sft-lora":
        _give_template(folder / "sft" / "model", folder / "templated")
    places = [] if name.startswith(("tokenizer", "export")) else ["--folder", str(folder / name)]
    command = name if name == "embedder-tune" else name.partition("-")[0]
    app([command, *words, *places], standalone_mode=False)
    return time.monotonic() - start


def _give_template(source: Path, target: Path) -> None:
    """Make of the toy what a published chat model is: one with a template for messages."""
    shutil.copytree(source, target)
    (target / "chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
