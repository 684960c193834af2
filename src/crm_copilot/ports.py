"""What the graph needs from outside, as protocols: adapters need no inheritance, and tests pass any object."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Protocol

from crm_copilot.domain import Attempt, Context, Execution, Program, Review


class Retriever(Protocol):
    """Collects what the writer needs for a question."""

    def retrieve(self, question: str, *, plan: dict[str, Any] | None = None) -> Context:
        """Return tables, examples, passages and linked values; `plan` is what a follow-up was rewritten to."""
        ...


class CodeModel(Protocol):
    """Writes candidate programs."""

    name: str

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        """Return candidates, best first; none when it has nothing (more) to offer.

        Raises ModelUnavailable when the model cannot be reached or answers garbage.
        """
        ...


class Runner(Protocol):
    """Runs a program where it can do no harm."""

    def run(
        self, code: str, *, cancel: threading.Event | None = None, timeout_seconds: float | None = None
    ) -> Execution:
        """Return what became of the program; raise SandboxUnavailable when it cannot be confined."""
        ...


class Judge(Protocol):
    """Decides whether a result is an answer."""

    def review(
        self,
        context: Context,
        programs: Sequence[Program],
        executions: Sequence[Execution],
        attempts: Sequence[Attempt],
    ) -> Review:
        """Return the verdict and which candidate it is about; what cannot be judged is not accepted."""
        ...
