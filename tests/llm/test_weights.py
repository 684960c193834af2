"""The folder of the small model: whole, or a sentence that names what is wrong and what repairs it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.errors import ModelUnavailable
from crm_copilot.llm.weights import absent, check

TINY = Path(__file__).parent / "tiny_writer"
DATA = "model.onnx.data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "writer", ignore=shutil.ignore_patterns("hf")))


def test_a_whole_model_is_found_whole(folder: Path) -> None:
    manifest = check(folder, 1)
    assert manifest.bytes == sum((folder / name).stat().st_size for name in manifest.files)
    assert {"model.onnx", DATA, "genai_config.json", "tokenizer.json"} == set(manifest.files)


def changed(**changes: Any) -> Callable[[Path], object]:
    """Change entries of the manifest; None takes one out."""

    def change(folder: Path) -> None:
        file = folder / "manifest.json"
        found = {name: entry for name, entry in (json.loads(file.read_text()) | changes).items() if entry is not None}
        file.write_text(json.dumps(found))

    return change


def flip(folder: Path) -> None:
    """Change one bit in the middle of the weights."""
    content = bytearray((folder / DATA).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / DATA).write_bytes(content)


ENTRY = {"sha256": "0" * 64, "bytes": 1}
DAMAGES: list[tuple[Callable[[Path], object], tuple[str, ...]]] = [
    (lambda folder: shutil.rmtree(folder), ("there is no model in",)),
    (lambda folder: (folder / "manifest.json").unlink(), ("manifest.json is missing",)),
    (lambda folder: (folder / "manifest.json").write_text("{"), ("manifest.json cannot be used",)),
    (lambda folder: (folder / "manifest.json").write_text("[]"), ("manifest.json cannot be used",)),
    (lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"), ("manifest.json cannot be used",)),
    (changed(version=2), ("manifest.json cannot be used", "2", "expected 1")),
    (changed(files=None), ("manifest.json cannot be used", "files")),
    (changed(files={}), ("does not list", "model.onnx", "tokenizer.json")),
    (
        changed(files=dict.fromkeys(["model.onnx", "genai_config.json", "tokenizer.json", "../out"], ENTRY)),
        ("an entry of 'files'",),
    ),
    (changed(prompt_version=7), ("made for version 7 of the prompt", "version 1")),
    (lambda folder: (folder / "model.onnx").unlink(), ("model.onnx is missing",)),
    (lambda folder: (folder / "tokenizer.json").unlink(), ("tokenizer.json is missing",)),
    (lambda folder: (folder / DATA).write_bytes((folder / DATA).read_bytes()[:1000]), (DATA, "1000 bytes", "expected")),
    (lambda folder: (folder / DATA).write_bytes(b""), (DATA, "0 bytes")),
    (flip, (DATA, "SHA-256")),
]


@pytest.mark.parametrize(("damage", "parts"), DAMAGES, ids=[parts[0] + parts[-1] for _, parts in DAMAGES])
def test_what_is_wrong_is_named_with_its_repair(
    folder: Path, damage: Callable[[Path], object], parts: tuple[str, ...]
) -> None:
    damage(folder)
    with pytest.raises(ModelUnavailable) as error:
        check(folder, 1)
    text = str(error.value)
    assert all(part in text for part in (*parts, str(folder), "git checkout", "crm train export", "CRM_MODEL=library"))


def test_half_a_model_is_damaged_and_not_absent(folder: Path) -> None:
    assert not absent(folder)
    (folder / "manifest.json").unlink()
    assert not absent(folder)
    shutil.rmtree(folder)
    assert absent(folder)
