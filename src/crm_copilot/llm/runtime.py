"""The small model in memory: onnxruntime-genai keeps what was read, what comes next is chosen here token by token."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crm_copilot.errors import ModelUnavailable
from crm_copilot.llm import weights
from crm_copilot.llm.sampling import Sampling, Tokens, choose
from crm_copilot.settings import silence_telemetry
from crm_copilot.watching.tokens import spend

_NEVER = np.float32(-1e9)
_THREADS = 1  # several would spin, waiting for each other, wherever the cores are busy
_BREAK = "\u010a"  # how a byte-level vocabulary writes the end of a line
_PATIENCE = 2  # times the greedy text's length, after which a drawn one is rambling


@dataclass(frozen=True, slots=True)
class Generation:
    """One completion: its text, the mean log-probability of its tokens, and whether it came to its end."""

    text: str
    logprob: float
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Runtime:
    """A loaded model with what its configuration says."""

    model: Any
    tokenizer: Any
    bos: int
    eos: int
    context: int
    breaks: npt.NDArray[np.int64]  # tokens that begin a new line

    def encode(self, prompt: str) -> list[int]:
        """Return the tokens of a prompt, the start of a text before them."""
        return [self.bos, *self.tokenizer.encode(prompt, add_special_tokens=False).ids]

    def write(
        self, ids: Sequence[int], rows: int, limit: int, how: Sampling, rng: np.random.Generator, *, line: bool = False
    ) -> list[Generation]:
        """Write all rows side by side, to their end or to the end of their first line.

        A row that has ended is filled up by the runtime and no longer read.
        """
        generator = self._generator(ids, rows, limit)
        steps: list[tuple[Tokens, npt.NDArray[np.float64]]] = []
        lengths = np.zeros(rows, int)  # of the rows that have ended
        while not generator.is_done() and not (lengths[0] and len(steps) >= _PATIENCE * lengths[0]):
            logits = generator.get_logits()
            tokens, chances_of = choose(logits.reshape(rows, -1), how, rng)
            if line:
                tokens = np.where(np.isin(tokens, self.breaks), self.eos, tokens)
            steps.append((tokens, chances_of))
            lengths[(tokens == self.eos) & (lengths == 0)] = len(steps)
            generator.set_logits(_only(tokens, logits.shape))
            generator.generate_next_token()
        spend(len(ids), int(np.where(lengths, lengths, len(steps)).sum()))
        written, chances = (np.stack(part, axis=1) for part in zip(*steps, strict=True))
        return [self._generation(written[row], chances[row], int(lengths[row])) for row in range(rows)]

    def _generation(self, tokens: Tokens, chances: npt.NDArray[np.float64], length: int) -> Generation:
        end = length or len(tokens)
        return Generation(self.tokenizer.decode(tokens[:end].tolist()), float(chances[:end].mean()), length > 0)

    def _generator(self, ids: Sequence[int], rows: int, limit: int) -> Any:
        import onnxruntime_genai as genai

        params = genai.GeneratorParams(self.model)
        # `choose` leaves one token possible, and the runtime takes the likeliest.
        params.set_search_options(
            batch_size=rows, max_length=len(ids) + limit, min_length=0, num_beams=1, do_sample=False,
            repetition_penalty=1.0,
        )  # fmt: skip
        generator = genai.Generator(self.model, params)
        generator.append_tokens(np.tile(np.array(ids, np.int32), (rows, 1)))
        return generator


def load(folder: Path) -> Runtime:
    """Return the model of a folder; raise ModelUnavailable when the libraries cannot read it."""
    silence_telemetry()
    import onnxruntime_genai as genai
    from tokenizers import Tokenizer

    try:
        told = json.loads((folder / "genai_config.json").read_bytes())["model"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.encode_special_tokens = True  # "</s>" in a question is text like any other
        config = genai.Config(str(folder))
        config.overlay(json.dumps({"model": {"decoder": {"session_options": {"intra_op_num_threads": _THREADS}}}}))
        model = genai.Model(config)
        breaks = np.array([n for text, n in tokenizer.get_vocab().items() if text.startswith(_BREAK)], np.int64)
        return Runtime(model, tokenizer, told["bos_token_id"], told["eos_token_id"], told["context_length"], breaks)
    except Exception as error:  # both libraries raise exceptions of no common class
        raise ModelUnavailable(f"the model in {folder} cannot be loaded ({error}); {weights.repair(folder)}") from error


def _only(tokens: Tokens, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Return logits under which nothing but these tokens can come."""
    forced = np.full(shape, _NEVER, np.float32)
    forced.reshape(len(tokens), -1)[np.arange(len(tokens)), tokens] = 0
    return forced
