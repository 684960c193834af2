"""What the commands of the writer have in common: their options, and where things are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from crm_copilot.errors import OperatorError

DATA = Path("build/writer")
Train = Annotated[Path, typer.Argument(help="examples to learn from, JSON lines")]
Val = Annotated[Path, typer.Option(help="examples to measure with, JSON lines")]
Folder = Annotated[Path, typer.Option(help="folder of the run: checkpoint, log.jsonl and the model in model/")]
Minutes = Annotated[float, typer.Option(help="how long to train; the rate comes to its end then", min=0.01)]
Resume = Annotated[bool, typer.Option("--resume", help="go on where the run in the folder was stopped")]
PlansOnly = Annotated[
    float, typer.Option(help="share of the examples of which only the plan's line is learned, to see more", max=1.0)
]
Keep = Annotated[
    float, typer.Option("--checkpoint-minutes", help="how often the run is stored, to be taken up if killed", min=0.0)
]
Steps = Annotated[int | None, typer.Option(help="stop after so many steps instead, for trying out", min=1)]


@contextmanager
def training_packages() -> Iterator[None]:
    """Say which environment has what is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise OperatorError(
            f"{error.name} is not installed; make the environment for training (make train-environment) "
            "and run this with .venv-train/bin/python -m crm_copilot.interfaces.cli"
        ) from error
