"""The cross-encoder, fine-tuned from all-MiniLM-L6-v2 on pairs, and its export to ONNX.

    crm train verifier build/writer/train.jsonl --minutes 40

One number for each pair, the log odds that what was computed answers the question: the mean of the last layer's
vectors and a linear layer, binary cross-entropy, AdamW with a rate that falls to nothing. In bfloat16 two cores see
some 80 pairs a second. Judged by AUC on pairs of questions that were held out.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer, BertModel

from crm_copilot.llm.verifier import INPUTS, MOST_TOKENS, compared
from training.export_embedder import quantise
from training.verifier.pairs import WEIGHTS, Pair

_STATE, _WARM_UP, _DROPOUT, _SORTED = "state.pt", 100, 0.1, 40


@dataclass(frozen=True, slots=True)
class Options:
    """How the fine-tuning goes; it ends after so many steps or minutes, whichever comes first."""

    steps: int
    minutes: float
    batch: int = 48
    rate: float = 1e-4
    seed: int = 0
    start: Path | None = None


class CrossEncoder(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """MiniLM over both texts, and one number from the mean of its last layer."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(source, add_pooling_layer=False, attn_implementation="eager")
        self.drop = torch.nn.Dropout(_DROPOUT)
        self.head = torch.nn.Linear(self.encoder.config.hidden_size, 1)

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Return the log odds of each pair: (batch,)."""
        given = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
        found = self.encoder(**given).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(found.dtype)
        return self.head(self.drop((found * mask).sum(1) / mask.sum(1))).squeeze(-1)


@dataclass
class Trainer:
    """A model with its tokenizer, and what it learns from."""

    source: Path
    options: Options

    def __post_init__(self) -> None:
        torch.manual_seed(self.options.seed)
        self.tokenizer = AutoTokenizer.from_pretrained(self.source)
        self.model = CrossEncoder(self.source)
        if self.options.start:
            self.model.load_state_dict(torch.load(self.options.start / _STATE))

    def train(self, pairs: Sequence[Pair], folder: Path) -> None:
        """Fit the model to the pairs, and keep its state under a folder."""
        options, began = self.options, time.monotonic()
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=options.rate, weight_decay=0.01)
        self.model.train()
        for step, batch in enumerate(_batches(pairs, options)):
            done = max(step / options.steps, (time.monotonic() - began) / (options.minutes * 60))
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = options.rate * min(1.0, (step + 1) / _WARM_UP) * (1 - done)
            optimizer.zero_grad()
            self._loss(batch).backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
        folder.mkdir(parents=True, exist_ok=True)
        torch.save(self.model.state_dict(), folder / _STATE)

    def scores(self, pairs: Sequence[Pair]) -> Any:
        """Return the log odds of each pair: (pairs,)."""
        self.model.eval()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            rows = [self.model(**self._encoded(pairs[at : at + 64])) for at in range(0, len(pairs), 64)]
        return torch.cat(rows).float().numpy()

    def export(self, target: Path) -> float:
        """Write the model to ONNX with weights of a byte; return its size in MB."""
        target.mkdir(parents=True, exist_ok=True)
        ones = torch.ones(2, 8, dtype=torch.int64)
        axes = {name: {0: "batch", 1: "tokens"} for name in INPUTS} | {"odds": {0: "batch"}}
        full = target / "full.onnx"
        torch.onnx.export(
            self.model.eval(), (ones, ones, ones), str(full), input_names=[*INPUTS], output_names=["odds"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        quantise(full, target / "model.onnx")
        full.unlink()
        return (target / "model.onnx").stat().st_size / 1e6

    def _loss(self, batch: Sequence[Pair]) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            odds = self.model(**self._encoded(batch)).float()
        wanted = torch.tensor([float(pair.right) for pair in batch])
        weights = torch.tensor([WEIGHTS[pair.kind] for pair in batch])
        losses = torch.nn.functional.binary_cross_entropy_with_logits(odds, wanted, reduction="none")
        return (losses * weights).sum() / weights.sum()

    def _encoded(self, pairs: Sequence[Pair]) -> Any:
        texts = [pair.question for pair in pairs], [compared(pair.question, pair.said) for pair in pairs]
        return self.tokenizer(*texts, padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt")


def auc(pairs: Sequence[Pair], scores: Any) -> float:
    """Return how probable it is that a right pair has a higher score than a wrong one (0.5 is chance)."""
    right = np.array([pair.right for pair in pairs])
    above, below = scores[right][:, None], scores[~right][None]
    return float((above > below).mean() + 0.5 * (above == below).mean())


def _batches(pairs: Sequence[Pair], options: Options) -> Iterator[list[Pair]]:
    """Yield batches of like length without end, in an order that the seed decides."""
    rng = random.Random(options.seed)
    while True:
        order = rng.sample(range(len(pairs)), len(pairs))
        for at in range(0, len(order), options.batch * _SORTED):
            block = [pairs[i] for i in order[at : at + options.batch * _SORTED]]
            block.sort(key=lambda pair: len(pair.question) + len(pair.said))
            cut = [block[i : i + options.batch] for i in range(0, len(block), options.batch)]
            yield from rng.sample(cut, len(cut))


def write_figures(folder: Path, **figures: float) -> str:
    """Keep what was measured beside the state; return it as JSON."""
    text = json.dumps({name: round(value, 4) for name, value in figures.items()})
    (folder / "figures.json").write_text(text + "\n", "utf-8")
    return text
