"""Run `python -m evaluation.conversations`."""

from __future__ import annotations

import typer

from evaluation.conversations.commands import evaluate_file

typer.run(evaluate_file)
