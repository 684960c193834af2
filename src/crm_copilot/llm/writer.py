"""The small Mistral that ships, run by onnxruntime-genai on the processor: a prompt in, several completions out.

It loads in a tenth of a second without torch. All candidates of a prompt are written in one batch: the first is
greedy, the others are drawn with a fixed seed, so the same question is written the same every time. Another kind of
processor may round the last digit of a sum differently; that changes a greedy text only where two tokens are equally
likely to the sixth digit.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.errors import InputError, ModelUnavailable
from crm_copilot.llm import weights
from crm_copilot.llm.sampling import Sampling, choose
from crm_copilot.settings import silence_telemetry

MOST_NEW_TOKENS = 400
_LEAST_NEW_TOKENS = 64  # a function needs that many; a prompt that leaves less is too long
_NEVER = np.float32(-1e9)
_THREADS = 2


@dataclass(frozen=True, slots=True)
class Generation:
    """One completion: its text, the mean log-probability of its tokens, and whether it came to its end."""

    text: str
    logprob: float
    complete: bool = True


class Writer:
    """Writes completions; loaded at the first use or by `warm`, used by one thread at a time."""

    def __init__(self, folder: Path, *, prompt_version: int) -> None:
        self.folder, self.prompt_version = folder, prompt_version
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None
        self._closed = False

    def check(self) -> weights.Manifest:
        """Return what the folder holds; raise ModelUnavailable when it is not whole."""
        return weights.check(self.folder, self.prompt_version)

    def warm(self) -> threading.Thread:
        """Load in the background; what goes wrong is told to whoever asks for a text."""
        thread = threading.Thread(target=self._try_to_load, name="writer", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Let go of the model, after a text that is being written."""
        with self._lock:
            self._loaded, self._closed = None, True

    def generate(
        self, prompt: str, candidates: int, *, max_new_tokens: int = MOST_NEW_TOKENS, temperature: float = 0.8,
        seed: int = 0,
    ) -> list[Generation]:  # fmt: skip
        """Return so many completions, the greedy one first.

        Raises InputError for a prompt longer than the model reads, ModelUnavailable when the model cannot be used.
        """
        with self._lock:
            model = self._open()
            ids = model.encode(prompt)
            limit = min(max_new_tokens, model.context - len(ids))
            if limit < min(_LEAST_NEW_TOKENS, max_new_tokens):
                raise InputError(_too_long(len(ids), model.context))
            try:
                return model.write(ids, candidates, limit, Sampling(temperature), np.random.default_rng(seed))
            except RuntimeError as error:
                raise ModelUnavailable(
                    f"the model in {self.folder} failed ({error}); {weights.repair(self.folder)}"
                ) from error

    def _try_to_load(self) -> None:
        try:
            with self._lock:
                self._open()
        except ModelUnavailable:
            pass  # the first question raises it again

    def _open(self) -> _Loaded:
        if self._closed:
            raise ModelUnavailable("the model was closed; start the product again")
        if self._loaded is None:
            self.check()
            self._loaded = _load(self.folder)
        return self._loaded


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The model in memory with what its configuration says."""

    model: Any
    tokenizer: Any
    bos: int
    eos: int
    context: int

    def encode(self, prompt: str) -> list[int]:
        return [self.bos, *self.tokenizer.encode(prompt, add_special_tokens=False).ids]

    def write(
        self, ids: Sequence[int], rows: int, limit: int, how: Sampling, rng: np.random.Generator
    ) -> list[Generation]:
        """Write all rows token by token; a row that has ended is filled up by the runtime and no longer read."""
        generator = self._generator(ids, rows, limit)
        texts: list[list[int]] = [[] for _ in range(rows)]
        sums, open_rows = np.zeros(rows), np.ones(rows, bool)
        while not generator.is_done():
            logits = generator.get_logits()
            tokens, chances = choose(logits.reshape(rows, -1), how, rng)
            sums[open_rows] += chances[open_rows]
            for row in np.flatnonzero(open_rows):
                texts[row].append(int(tokens[row]))
            open_rows &= tokens != self.eos
            generator.set_logits(_only(tokens, logits.shape))
            generator.generate_next_token()
        return [
            Generation(self.tokenizer.decode(text), float(total) / len(text), not unfinished)
            for text, total, unfinished in zip(texts, sums, open_rows, strict=True)
        ]

    def _generator(self, ids: Sequence[int], rows: int, limit: int) -> Any:
        import onnxruntime_genai as genai

        # What is chosen is chosen by `choose`: the runtime takes the one token that is left possible.
        options = {"batch_size": rows, "max_length": len(ids) + limit, "min_length": 0, "num_beams": 1}
        params = genai.GeneratorParams(self.model)
        params.set_search_options(do_sample=False, repetition_penalty=1.0, **options)
        generator = genai.Generator(self.model, params)
        generator.append_tokens(np.tile(np.array(ids, np.int32), (rows, 1)))
        return generator


def _only(tokens: Any, shape: tuple[int, ...]) -> Any:
    """Return logits under which nothing but these tokens can come."""
    forced = np.full(shape, _NEVER, np.float32)
    forced.reshape(len(tokens), -1)[np.arange(len(tokens)), tokens] = 0
    return forced


def _load(folder: Path) -> _Loaded:
    silence_telemetry()
    import json

    import onnxruntime_genai as genai
    from tokenizers import Tokenizer

    try:
        told = json.loads((folder / "genai_config.json").read_bytes())["model"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.encode_special_tokens = True  # "</s>" in a question is three characters and a letter
        config = genai.Config(str(folder))
        config.overlay(json.dumps({"model": {"decoder": {"session_options": {"intra_op_num_threads": _THREADS}}}}))
        return _Loaded(
            genai.Model(config), tokenizer, told["bos_token_id"], told["eos_token_id"], told["context_length"]
        )
    except Exception as error:  # both libraries raise exceptions of no common class
        raise ModelUnavailable(f"the model in {folder} cannot be loaded ({error}); {weights.repair(folder)}") from error


def _too_long(tokens: int, context: int) -> str:
    return (
        f"the question with what was found for it has {tokens} tokens, the embedded model reads at most"
        f" {context - _LEAST_NEW_TOKENS}; shorten the question, or set CRM_MODEL to a larger model"
    )
