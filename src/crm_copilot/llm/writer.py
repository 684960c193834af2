"""The small Mistral that ships, run by onnxruntime-genai on the processor: a prompt in, several completions out.

It loads in a tenth of a second without torch. All candidates of a prompt are written in one batch: the first is
greedy, the others are drawn with a fixed seed, so the same question is written the same every time. Another kind of
processor may round the last digit of a sum differently; that changes a greedy text only where two tokens are equally
likely to the sixth digit.
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from crm_copilot.errors import InputError, ModelUnavailable
from crm_copilot.llm import weights
from crm_copilot.llm.runtime import Generation, Runtime, load
from crm_copilot.llm.sampling import Sampling

MOST_NEW_TOKENS = 400
_LEAST_NEW_TOKENS = 64  # a function needs that many; a prompt that leaves less is too long


class Writer:
    """Writes completions; loaded at the first use or by `warm`, used by one thread at a time."""

    def __init__(self, folder: Path, *, prompt_version: int) -> None:
        self.folder, self.prompt_version = folder, prompt_version
        self._lock = threading.Lock()
        self._loaded: Runtime | None = None
        self._closed = False

    def check(self) -> weights.Manifest:
        """Return what the folder holds; raise ModelUnavailable when it is not whole."""
        return weights.check(self.folder, self.prompt_version)

    @property
    def absent(self) -> bool:
        """Whether no model was ever put there."""
        return weights.absent(self.folder)

    def state(self) -> dict[str, str]:
        """Return how the model is, for the doctor: ready, absent or damaged, and why."""
        try:
            manifest = self.check()
        except ModelUnavailable as error:
            return {"state": "absent" if self.absent else "damaged", "detail": str(error)}
        size = f"{manifest.bytes / 1e6:.1f} MB, version {manifest.prompt_version} of the prompt"
        return {"state": "ready", "detail": f"ready in {self.folder} ({size})"}

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
        seed: int = 0, line: bool = False,
    ) -> list[Generation]:  # fmt: skip
        """Return so many completions, the greedy one first; with `line` only the first line of each.

        Raises InputError for a prompt longer than the model reads, ModelUnavailable when the model cannot be used.
        """
        with self._lock:
            model = self._open()
            ids = model.encode(prompt)
            limit = min(max_new_tokens, model.context - len(ids))
            if limit < min(_LEAST_NEW_TOKENS, max_new_tokens):
                raise InputError(_too_long(len(ids), model.context))
            try:
                return model.write(
                    ids, candidates, limit, Sampling(temperature), np.random.default_rng(seed), line=line
                )
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

    def _open(self) -> Runtime:
        if self._closed:
            raise ModelUnavailable("the model was closed; start the product again")
        if self._loaded is None:
            self.check()
            self._loaded = load(self.folder)
        return self._loaded


def _too_long(tokens: int, context: int) -> str:
    return (
        f"the question with what was found for it has {tokens} tokens, the embedded model reads at most"
        f" {context - _LEAST_NEW_TOKENS}; shorten the question, or set CRM_MODEL to a larger model"
    )
