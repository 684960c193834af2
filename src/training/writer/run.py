"""A training run on disk and in time: its folder, its journal, its budget.

The learning rate is a function of the part of the budget that is used up, so a run that was stopped and taken up again
ends where an unbroken one would.
"""

from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch


class Journal:
    """Tells standard error and `log.jsonl` in the run's folder how the run goes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "log.jsonl"

    def write(self, event: str, **figures: Any) -> None:
        """Note what happened, with its figures."""
        row = {"event": event, "time": time.strftime("%Y-%m-%d %H:%M:%S"), **figures}
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")
        told = "  ".join(f"{name} {_short(value)}" for name, value in figures.items())
        sys.stderr.write(f"{event:10} {told}\n")
        sys.stderr.flush()


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@dataclass
class Budget:
    """The seconds a run may take, and those it took before it was stopped."""

    seconds: float
    before: float = 0.0

    def __post_init__(self) -> None:
        self._start = time.monotonic()

    @property
    def used(self) -> float:
        """Seconds used so far, in this process and those before it."""
        return self.before + time.monotonic() - self._start

    @property
    def part(self) -> float:
        """The part of the budget that is used up, at most 1."""
        return min(1.0, self.used / self.seconds)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.used >= self.seconds


def rate(part: float, peak: float, warm: float = 0.02, last: float = 0.05) -> float:
    """Return the learning rate after that part of the budget: up in a line, down along a cosine to `last` x peak."""
    if part < warm:
        return peak * max(0.01, part / warm)
    along = (part - warm) / (1 - warm)
    return peak * (last + (1 - last) * 0.5 * (1 + math.cos(math.pi * along)))


def store(file: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint; a run killed meanwhile keeps the one before."""
    draft = file.with_suffix(".part")
    torch.save(state, draft)
    draft.replace(file)


def restore(file: Path) -> dict[str, Any] | None:
    """Read a checkpoint, None when there is none; nothing in it is executed."""
    return torch.load(file, weights_only=True, map_location="cpu") if file.is_file() else None


def device() -> torch.device:
    """Return the accelerator where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
