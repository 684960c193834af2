"""The small model itself, by onnxruntime-genai: what it writes, how sure it is, and what it says when it cannot.

`tiny_writer` counts the orders in one of two ways, seven times in ten and three times in ten.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from crm_copilot.errors import InputError, ModelUnavailable
from crm_copilot.llm.runtime import Generation, load
from crm_copilot.llm.writer import Writer
from crm_copilot.settings import silence_telemetry

silence_telemetry()
import onnxruntime  # noqa: E402 - not before it is told to keep quiet

ROOT = Path(__file__).parents[2]
TINY = Path(__file__).parent / "tiny_writer"
PROMPT = "how many orders are there in são paulo?\n=>\n"
ONE = "# count order\ndef answer(orders):\n    return orders['order_id'].nunique()\n"
OTHER = "# count order\ndef answer(orders):\n    return len(orders)\n"


@pytest.fixture(scope="module")
def tiny() -> Iterator[Writer]:
    writer = Writer(TINY, prompt_version=1)
    yield writer
    writer.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "writer", ignore=shutil.ignore_patterns("hf")))


# --------------------------------------------------------------------------------------------------- what it writes


def test_the_greedy_text_is_the_likeliest(tiny: Writer) -> None:
    (found,) = tiny.generate(PROMPT, 1)
    assert (found.text, found.complete) == (ONE, True)


@pytest.mark.parametrize("candidates", [2, 8, 16])
def test_the_greedy_text_is_the_same_in_every_batch(tiny: Writer, candidates: int) -> None:
    found = tiny.generate(PROMPT, candidates)
    assert len(found) == candidates
    assert (found[0].text, found[0].logprob) == (ONE, pytest.approx(tiny.generate(PROMPT, 1)[0].logprob, abs=1e-4))


def test_the_others_are_drawn(tiny: Writer) -> None:
    texts = [found.text for found in tiny.generate(PROMPT, 16, temperature=1.0)]
    assert {ONE, OTHER} <= set(texts)


def test_the_same_seed_writes_the_same_and_another_something_else(tiny: Writer) -> None:
    one, again, other = (tiny.generate(PROMPT, 16, temperature=1.5, seed=seed) for seed in (5, 5, 6))
    assert one == again
    assert [found.text for found in one] != [found.text for found in other]


def test_the_log_probability_is_the_models_own(tiny: Writer) -> None:
    """As onnxruntime alone says it, reading the whole text at once."""
    found = {each.text: each.logprob for each in tiny.generate(PROMPT, 16, temperature=1.5)}
    for text in (ONE, OTHER):
        assert found[text] == pytest.approx(read_at_once(text), abs=1e-4)


def read_at_once(text: str) -> float:
    """Return the mean log-probability of a text after the prompt, and of its end."""
    asked, told = load(TINY).encode(PROMPT), [*load(TINY).encode(text)[1:], 2]
    session = onnxruntime.InferenceSession(str(TINY / "model.onnx"))
    ids = np.array([asked + told], np.int64)
    nothing = np.zeros((1, 1, 0, 16), np.float32)
    past = {node.name: nothing for node in session.get_inputs() if node.name.startswith("past")}
    (logits,) = session.run(["logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids), **past})
    rows = logits[0, len(asked) - 1 : -1].astype(np.float64)
    chances = rows - np.log(np.exp(rows).sum(axis=1, keepdims=True))
    return float(chances[np.arange(len(told)), told].mean())


def test_a_text_that_is_cut_is_not_complete(tiny: Writer) -> None:
    (found,) = tiny.generate(PROMPT, 1, max_new_tokens=5)
    assert not found.complete
    assert ONE.startswith(found.text)


def test_of_a_line_nothing_below_it_is_written(tiny: Writer) -> None:
    found = tiny.generate(PROMPT, 8, line=True, max_new_tokens=80)
    assert {each.text for each in found} == {"# count order"}
    assert all(each.complete for each in found)


def test_who_rambles_is_left_behind(tiny: Writer) -> None:
    """At a temperature at which anything may come, a row may go on for ever; the greedy one tells how long is long."""
    found = tiny.generate(PROMPT, 16, temperature=50.0)
    assert found[0].complete
    assert any(not each.complete for each in found)
    longest = max(len(load(TINY).encode(each.text)) for each in found)
    assert longest < 200, "half of the tokens that it was allowed"


def test_words_that_look_like_the_end_are_words(tiny: Writer) -> None:
    ids = load(TINY).encode("</s><s><pad>")
    assert ids[0] == 1
    assert not {0, 1, 2} & set(ids[1:])
    assert tiny.generate(f"say </s> please{PROMPT}", 1)[0].text == ONE


def test_several_threads_are_served_one_after_another(tiny: Writer) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda seed: tiny.generate(PROMPT, 4, seed=seed), [0, 1, 2, 3] * 3))
    assert found == [tiny.generate(PROMPT, 4, seed=seed) for seed in [0, 1, 2, 3] * 3]


# ------------------------------------------------------------------------------------------------ too long a prompt


def test_a_prompt_longer_than_the_context_is_the_askers_affair(tiny: Writer) -> None:
    with pytest.raises(InputError) as error:
        tiny.generate("z" * 600 + PROMPT, 8)
    text = str(error.value)
    assert all(part in text for part in ("tokens", "at most 448", "shorten the question", "CRM_MODEL"))


def test_a_prompt_that_just_fits_is_read(tiny: Writer) -> None:
    prompt = "z" * (448 - 1 - len(load(TINY).encode(PROMPT)) + 1) + PROMPT
    assert len(load(TINY).encode(prompt)) == 448
    assert tiny.generate(prompt, 2)[0].text == ONE
    with pytest.raises(InputError, match="has 449 tokens"):
        tiny.generate("z" + prompt, 2)


# ------------------------------------------------------------------------------------------- a model that is damaged


def test_nothing_is_read_before_the_first_text(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "nowhere", prompt_version=1)
    assert writer.absent
    with pytest.raises(ModelUnavailable, match="there is no model in"):
        writer.generate(PROMPT, 1)


def test_a_model_that_was_repaired_is_used_at_once(folder: Path) -> None:
    writer = Writer(folder, prompt_version=1)
    kept = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(kept[:100])
    writer.warm().join()
    with pytest.raises(ModelUnavailable, match="100 bytes"):
        writer.generate(PROMPT, 1)
    (folder / "model.onnx").write_bytes(kept)
    assert writer.generate(PROMPT, 1)[0].text == ONE


@pytest.mark.parametrize("name", ["model.onnx", "genai_config.json", "tokenizer.json"])
def test_a_file_that_was_exported_wrong_is_named_with_its_repair(folder: Path, name: str) -> None:
    """The manifest is right, but the libraries cannot read what it lists."""
    content = b'{"no": "model"}'
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelUnavailable, match="cannot be loaded") as error:
        Writer(folder, prompt_version=1).generate(PROMPT, 1)
    assert "crm train export" in str(error.value)


def test_the_state_is_told_to_the_doctor(folder: Path, tmp_path: Path) -> None:
    assert Writer(tmp_path / "none", prompt_version=1).state()["state"] == "absent"
    assert Writer(folder, prompt_version=1).state()["state"] == "ready"
    damaged = Writer(folder, prompt_version=2).state()
    assert (damaged["state"], "version 1" in damaged["detail"]) == ("damaged", True)


def test_warming_loads_what_the_first_text_then_finds(folder: Path) -> None:
    writer = Writer(folder, prompt_version=1)
    writer.warm().join()
    shutil.rmtree(folder)
    assert writer.generate(PROMPT, 1)[0] == Generation(ONE, writer.generate(PROMPT, 1)[0].logprob)


def test_a_writer_that_was_closed_loads_nothing(folder: Path) -> None:
    writer = Writer(folder, prompt_version=1)
    writer.close()
    writer.warm().join()
    with pytest.raises(ModelUnavailable, match="closed"):
        writer.generate(PROMPT, 1)


# ------------------------------------------------------------------------------------------------ a process of its own

REPORTS = """
import sys
from pathlib import Path
from crm_copilot.llm.writer import Writer
from crm_copilot.retrieval.embedder import Embedder
found = Writer(Path(sys.argv[1]), prompt_version=1).generate(sys.argv[2], 8)
minilm = Path(sys.argv[3])
Embedder(minilm / "model.onnx", minilm / "tokenizer.json").embed(["a sentence"])
heavy = {"torch", "transformers", "onnx"} & set(sys.modules)
assert not heavy, heavy
print(found)
"""


def test_nothing_is_reported_to_the_maker_of_the_runtime(tmp_path: Path, tiny: Writer) -> None:
    """onnxruntime keeps an identifier and a queue of events in the home of the user unless it is told not to.

    It says nothing in CI of its own accord, so the variables by which it knows CI are taken away.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}  # noqa: TID251
    environment = kept | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", REPORTS, str(TINY), PROMPT, str(ROOT / "models/minilm")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == str(tiny.generate(PROMPT, 8)), "another process writes the same"
    assert list(tmp_path.rglob("*")) == []
