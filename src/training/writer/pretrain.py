"""Language-model pretraining of the writer: the next token of whole texts, prompts and functions alike.

    crm train pretrain build/writer/train.jsonl --minutes 60

One plain loop. It stops at its deadline, where the learning rate has come to its end; killed, it goes on with
`--resume`. Not covered: several machines or accelerators.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from crm_copilot.errors import InputError
from training.writer import batches, run
from training.writer.batches import Encoded
from training.writer.model import save
from training.writer.precision import Precision, cast_to, use_bf16


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes."""

    folder: Path
    minutes: float
    peak: float = 2e-3
    tokens: int = 8192  # in a step
    precision: Precision = "auto"
    checkpoint_minutes: float = 5.0
    steps: int | None = None  # stop after so many, for trying out
    resume: bool = False
    seed: int = 0


class Pretraining:
    """One run: the model, its optimizer, where it is in the texts."""

    def __init__(self, model: Any, tokenizer: Tokenizer, train: Encoded, val: Encoded, options: Options) -> None:
        self.device = run.device()
        self.model, self.tokenizer = model.to(self.device), tokenizer
        self.train, self.val, self.options = train, val, options
        self.bf16 = use_bf16(model, self.device, options.precision)
        self.optimizer = _optimizer(model, options.peak)
        self.journal = run.Journal(options.folder)
        self.step = self.seen = self._since = 0
        self.budget = run.Budget(options.minutes * 60)
        self._file = options.folder / "checkpoint.pt"
        if options.resume:
            self._take_up()

    def go(self) -> float:
        """Train until the time is up; save the model; return its loss on the validation texts."""
        self.journal.write("start", step=self.step, device=str(self.device), bf16=self.bf16, texts=len(self.train))
        self.model.train()
        stored = told = time.monotonic()
        loss_sum, seen_then = 0.0, self.seen
        for batch in self._batches():
            if self._done():
                break
            loss_sum += self._learn(batch)
            if (now := time.monotonic()) - told > 20 or self._done():
                speed = (self.seen - seen_then) / (now - told)
                self._tell(loss_sum / self._since, speed)
                told, loss_sum, seen_then, self._since = now, 0.0, self.seen, 0
            if now - stored > self.options.checkpoint_minutes * 60:
                self._check()
                stored = time.monotonic()
        return self._check()

    def _batches(self) -> Iterator[list[int]]:
        """Yield batches from where the run is, over and over."""
        lengths = self.train.starts[1:] - self.train.starts[:-1]
        plan = batches.plan(lengths, self.options.tokens, self.options.seed)
        epoch, at = divmod(self.step, len(plan))
        while True:
            plan = batches.plan(lengths, self.options.tokens, self.options.seed + epoch)
            yield from plan[at:]
            epoch, at = epoch + 1, 0

    def _learn(self, batch: list[int]) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = run.rate(self._part(), self.options.peak)
        loss, count = self._loss(self.train, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step, self.seen, self._since = self.step + 1, self.seen + count, self._since + 1
        return float(loss.detach())

    def _loss(self, encoded: Encoded, batch: list[int]) -> tuple[torch.Tensor, int]:
        """Return the mean loss of a batch and how many tokens it has; without a mask attention takes its fast way."""
        ids, labels = batches.collate(encoded, batch, self.model.config.pad_token_id)
        ids, labels = ids.to(self.device), labels.to(self.device)
        with cast_to(self.device, self.bf16):
            logits = self.model(input_ids=ids, use_cache=False).logits
        wanted = labels[:, 1:].reshape(-1)
        loss = torch.nn.functional.cross_entropy(
            logits[:, :-1].reshape(-1, logits.shape[-1]).float(), wanted, ignore_index=batches.IGNORED
        )
        return loss, int((wanted != batches.IGNORED).sum())

    def _part(self) -> float:
        return self.step / self.options.steps if self.options.steps else self.budget.part

    def _done(self) -> bool:
        return self.step >= self.options.steps if self.options.steps else self.budget.over

    def _tell(self, loss: float, speed: float) -> None:
        figures = {"step": self.step, "minutes": round(self.budget.used / 60, 2), "loss": loss, "tokens/s": speed}
        self.journal.write("step", **figures, rate=self.optimizer.param_groups[0]["lr"], tokens=self.seen)

    def _check(self) -> float:
        """Measure the validation loss, then keep everything."""
        loss = self.validate()
        self.journal.write("validation", step=self.step, loss=loss)
        run.store(
            self._file,
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "step": self.step,
                "seen": self.seen,
                "used": self.budget.used,
            },
        )
        save(self.model, self.tokenizer, self.options.folder / "model")
        return loss

    def validate(self, most: int = 1000) -> float:
        """Return the mean loss of a token over the first validation texts."""
        self.model.eval()
        total = tokens = 0.0
        lengths = (self.val.starts[1:] - self.val.starts[:-1])[:most]
        with torch.no_grad():
            for batch in batches.plan(lengths, self.options.tokens, 0):
                loss, count = self._loss(self.val, batch)
                total, tokens = total + float(loss) * count, tokens + count
        self.model.train()
        return total / max(1.0, tokens)

    def _take_up(self) -> None:
        state = run.restore(self._file)
        if state is None:
            self.journal.write("resume", note="no checkpoint yet, the run begins")
            return
        try:
            self.model.load_state_dict(state["model"])
        except RuntimeError as error:
            raise InputError(
                f"{self._file} is of a model of another shape; give the options it was begun with, or another --folder"
            ) from error
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seen = state["step"], state["seen"]
        self.budget = run.Budget(self.options.minutes * 60, state["used"])


def _optimizer(model: Any, peak: float) -> torch.optim.Optimizer:
    """AdamW; vectors (norms) and the embedding are not pulled towards zero."""
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    others = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.95), fused=True)
