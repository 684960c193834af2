"""The folder that ships: the writer as ONNX for onnxruntime-genai, with a manifest that says what belongs to it.

    crm train export build/writer/sft/model models/writer

onnxruntime-genai's own builder writes the graph; the weights are put into the one file model.onnx. fp32 is the default,
since its greedy output is that of torch on every machine; int8 and int4 are smaller. The folder is made beside the
target and put in its place at the end, so that a failed export leaves what was there; the card (README.md) is kept.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, cast

from tokenizers import Tokenizer

from crm_copilot.errors import InputError, OperatorError
from training.writer.tokenizer import END, START, special

Weights = Literal["fp32", "int8", "int4"]
FILES = ("model.onnx", "genai_config.json", "tokenizer.json")
MOST_BYTES = 40_000_000
VERSION = 1
_MEASURED = 50
_WRITTEN = 200  # tokens at most that are compared


def export(source: Path, target: Path, weights: str, prompts: Sequence[str], figures: Mapping[str, Any]) -> float:
    """Write the model of `source` to `target`; return the part of `prompts` on which it says what torch says.

    Raises InputError when the result is larger than may ship, OperatorError when the builder fails.
    """
    draft = target.with_name(target.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _build(source, draft, _checked(weights))
    shutil.copyfile(source / "tokenizer.json", draft / "tokenizer.json")
    agreed = agreement(source, draft, prompts[:_MEASURED])
    write_manifest(draft, source, {**figures, "weights": weights, "greedy_as_torch": agreed})
    _check_size(draft)
    _replace(target, draft)
    return agreed


def _checked(weights: str) -> Weights:
    if weights not in ("fp32", "int8", "int4"):
        raise InputError(f"weights {weights!r} are not known; expected fp32, int8 or int4")
    return cast(Weights, weights)


def _build(source: Path, draft: Path, weights: Weights) -> None:
    if not (source / "config.json").is_file():
        raise InputError(f"{source} holds no model (config.json is not there); train one: crm train sft")
    found = find_spec("onnxruntime_genai")
    if found is None or found.origin is None:
        raise OperatorError("onnxruntime-genai is not installed; install requirements-train.txt")
    builder = Path(found.origin).parent / "models" / "builder.py"
    work = draft / "work"
    numbers = "int4" if weights == "int4" else "fp32"
    options = ["-i", source, "-o", work, "-p", numbers, "-e", "cpu", "-c", draft / "cache"]
    command = [sys.executable, str(builder), *map(str, options)]
    finished = subprocess.run(command, capture_output=True, text=True)
    if finished.returncode:
        raise OperatorError(f"onnxruntime-genai's builder failed: {finished.stderr.strip()[-500:]}")
    _in_one_file(work / "model.onnx", draft / "model.onnx", weights)
    shutil.copyfile(work / "genai_config.json", draft / "genai_config.json")
    shutil.rmtree(work)
    shutil.rmtree(draft / "cache", ignore_errors=True)


def _in_one_file(built: Path, target: Path, weights: Weights) -> None:
    import onnx

    if weights == "int8":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(built, target, weight_type=QuantType.QInt8, per_channel=True)
        return
    onnx.save(onnx.load(str(built)), str(target))


def agreement(source: Path, folder: Path, prompts: Sequence[str]) -> float:
    """Return the part of the prompts on which ONNX and torch write the same, greedily."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    start, end = special(tokenizer, START), special(tokenizer, END)
    ids = [[start, *tokenizer.encode(prompt, add_special_tokens=False).ids] for prompt in prompts]
    same = [one == other for one, other in zip(_by_torch(source, ids, end), _by_onnx(folder, ids, end), strict=True)]
    return sum(same) / len(same) if same else 0.0


def _by_torch(source: Path, prompts: Sequence[Sequence[int]], end: int) -> list[list[int]]:
    import torch

    from training.writer.model import load

    model = load(source).eval()
    found = []
    for prompt in prompts:
        with torch.no_grad():
            ids = torch.tensor([prompt])
            whole = model.generate(
                ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=_WRITTEN, eos_token_id=end
            )
        found.append(_until(whole[0, len(prompt) :].tolist(), end))
    return found


def _by_onnx(folder: Path, prompts: Sequence[Sequence[int]], end: int) -> list[list[int]]:
    import onnxruntime_genai as og

    model = og.Model(str(folder))
    found = []
    for prompt in prompts:
        options = og.GeneratorParams(model)
        options.set_search_options(do_sample=False, max_length=len(prompt) + _WRITTEN)
        generator = og.Generator(model, options)
        generator.append_tokens([list(prompt)])
        while not generator.is_done():
            generator.generate_next_token()
        found.append(_until([int(token) for token in generator.get_sequence(0)][len(prompt) :], end))
    return found


def _until(ids: list[int], end: int) -> list[int]:
    return ids[: ids.index(end)] if end in ids else ids


def write_manifest(folder: Path, source: Path, figures: Mapping[str, Any]) -> None:
    """Write which files belong to the model, for which prompt it was made, and how good it is."""
    from crm_copilot import prompts

    manifest = {
        "version": VERSION,
        "prompt_version": getattr(prompts, "WRITER_VERSION", 1),
        "files": {name: _told(folder / name) for name in FILES},
        "config": json.loads((source / "config.json").read_text("utf-8")),
        "figures": dict(figures),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _told(file: Path) -> dict[str, Any]:
    content = file.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _check_size(folder: Path) -> None:
    size = sum(file.stat().st_size for file in folder.iterdir())
    if size > MOST_BYTES:
        raise InputError(
            f"the model takes {size / 1e6:.0f} MB, at most {MOST_BYTES / 1e6:.0f} may ship; try --weights int8"
        )


def _replace(target: Path, draft: Path) -> None:
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        if (card := target / "README.md").is_file():
            shutil.copyfile(card, draft / card.name)
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)
