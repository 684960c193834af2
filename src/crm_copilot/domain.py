"""The nouns that travel through the house. Frozen, plain, and free of any framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Cell = str | int | float | bool | None
Row = tuple[Any, ...]

ExecutionStatus = Literal["ok", "error", "denied", "timeout", "memory"]
ResultKind = Literal["scalar", "text", "table", "list", "mapping", "figure"]


@dataclass(frozen=True, slots=True)
class Execution:
    """What became of one program in the sandbox.

    A scalar is a table of one row and one column, so `columns` and `rows` are always there when
    `status` is "ok". `value` is the scalar, list or mapping itself; `error` is a sentence that the
    writer of the program can act on. `figure` is a PNG. `n_rows` counts the rows before the cut.
    """

    status: ExecutionStatus
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    kind: ResultKind = "table"
    value: Any = None
    n_rows: int = 0
    truncated: bool = False
    figure: bytes | None = None
    printed: str = ""
    error: str | None = None
    error_type: str | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the program ran to its end and its result could be read."""
        return self.status == "ok"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text found for the question: a table's description, a solved example, a playbook passage."""

    kind: str
    id: str
    text: str
    score: float = 0.0
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, not including, `end`; `label` is how the asker would name them."""

    start: date
    end: date
    label: str


@dataclass(frozen=True, slots=True)
class LinkedValue:
    """Words of the question that stand for a value of the data."""

    text: str
    table: str
    column: str
    value: str
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Program:
    """One candidate answer as code: the function, what it computes in words, and who wrote it."""

    code: str
    definition: str = ""
    source: str = ""
    confidence: float = 0.0
    description: str = ""
    unit: str | None = None
    hints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Reflection's judgement of one attempt; `feedback` is what the next attempt must mend."""

    decision: Literal["accept", "retry", "decline"]
    reason: str = ""
    feedback: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One round of generate, execute and reflect."""

    programs: Sequence[Program]
    executions: Sequence[Execution]
    chosen: int | None
    verdict: Verdict
