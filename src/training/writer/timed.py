"""Transformers' Trainer under a budget of time: it stops at the deadline and can be taken up where it was killed."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import torch
from torch.optim.lr_scheduler import LambdaLR
from transformers import PrinterCallback, TrainerCallback

from training.writer import run

_DONE = "elapsed.json"  # written last into a checkpoint: one without it is not whole
_KEPT = 2
_ENDLESS = 10_000_000


class Timed(TrainerCallback):  # type: ignore[misc, unused-ignore]
    """Stops the trainer when the budget is used up, stores every few minutes, tells the journal."""

    def __init__(self, folder: Path, budget: run.Budget, minutes: float) -> None:
        self.folder, self.budget, self.minutes = folder, budget, minutes
        self.journal = run.Journal(folder)
        self._stored = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Stop in time; store now and then."""
        if state.max_steps >= _ENDLESS and self.budget.over:
            control.should_training_stop = control.should_save = True
        if time.monotonic() - self._stored > self.minutes * 60:
            control.should_save = True
            self._stored = time.monotonic()

    def on_save(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Mark the checkpoint as whole, with the time used up; drop the oldest."""
        whole = self.folder / f"checkpoint-{state.global_step}"
        (whole / _DONE).write_text(json.dumps({"seconds": self.budget.used}), encoding="utf-8")
        for old in _checkpoints(self.folder)[:-_KEPT]:
            shutil.rmtree(old)

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **rest: Any) -> None:
        """Pass the figures on."""
        self.journal.write("step", step=state.global_step, minutes=round(self.budget.used / 60, 2), **(logs or {}))


def quiet(trainer: Any) -> Any:
    """Leave the telling to the journal."""
    trainer.remove_callback(PrinterCallback)
    return trainer


def steps_of(steps: int | None) -> int:
    """Return how many steps to give to the trainer, which wants a number where only time counts."""
    return steps or _ENDLESS


def timed_optimizer(
    model: Any, peak: float, budget: run.Budget, steps: int | None
) -> tuple[torch.optim.Optimizer, LambdaLR]:
    """Return AdamW and a learning rate that follows the clock, or the steps where their number is given."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=peak, betas=(0.9, 0.98), weight_decay=0.01)
    return optimizer, LambdaLR(optimizer, lambda step: run.rate(min(1.0, step / steps) if steps else budget.part, 1.0))


def _checkpoints(folder: Path) -> list[Path]:
    """Return the whole checkpoints of a run, the latest last."""
    found = [path.parent for path in folder.glob(f"checkpoint-*/{_DONE}")]
    return sorted(found, key=lambda path: int(path.name.rpartition("-")[2]))


def last_checkpoint(folder: Path) -> str | None:
    """Return the latest whole checkpoint of a run, None when there is none yet."""
    found = _checkpoints(folder)
    return str(found[-1]) if found else None


def begun(folder: Path) -> float:
    """Return the seconds that the run used until its latest whole checkpoint."""
    found = last_checkpoint(folder)
    return float(json.loads((Path(found) / _DONE).read_text("utf-8"))["seconds"]) if found else 0.0
