"""The nouns that travel through the house. Frozen, plain, and free of any framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from crm_copilot.people import WHOLE, Scope

Cell = str | int | float | bool | None
Row = tuple[Any, ...]

ExecutionStatus = Literal["ok", "error", "denied", "timeout", "memory"]
VERIFIED = "verified"  # the voice that is no writer's: what the verifier makes of a candidate
CONFIRMED = "confirmed:"  # how the ids of examples that people confirmed begin
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
    """One candidate answer as code: the function, what it computes in words, and who wrote it.

    `prior` is how sure the writer is, 0 to 1. `label` names the number in the words of the asker, `unit` says what
    it counts. `notes` are the writer's own doubts, in words. `plan` is what the library computed it from. `voices` say
    which of several writers wrote it, how much each counts, and what the verifier makes of it (`reflection.agreement`).
    """

    code: str
    source: str
    prior: float = 0.0
    description: str = ""
    definition: str = ""
    notes: tuple[str, ...] = ()
    plan: Mapping[str, Any] | None = None
    voices: Mapping[str, float] = field(default_factory=dict)


def together(voices: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return the voices of candidates with one result: tries are summed, of the others the strongest counts."""
    found: dict[str, float] = {}
    for each in voices:
        for name, weight in each.items():
            found[name] = found.get(name, 0.0) + weight if name == "drawn" else max(found.get(name, weight), weight)
    return found


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a question was read: a plan as JSON and how sure that is.

    `doubts` are what makes it less sure, `unread` words that mean nothing here, `scope` names what is asked for and
    not in the data. `carried` says that the plan was carried over from the turn before, and is not in the words alone.
    `hidden` are the tables and columns that it needs and that the asker may not see.
    """

    plan: Mapping[str, Any] | None = None
    confidence: float = 0.0
    doubts: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    scope: str | None = None
    carried: bool = False
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What was collected for one question: linked values, passages, and how the question was understood.

    `absent` are the tables of the catalog that the data in use do not have, `scope` is what the asker may see.
    """

    question: str
    language: str
    today: date
    first_day: date
    links: tuple[LinkedValue, ...] = ()
    passages: tuple[Passage, ...] = ()
    reading: Understanding | None = None
    absent: tuple[str, ...] = ()
    scope: Scope = WHOLE


@dataclass(frozen=True, slots=True)
class Verdict:
    """Reflection's judgement of one attempt; `feedback` is what the next attempt must mend."""

    decision: Literal["accept", "retry", "decline"]
    reason: str = ""
    feedback: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict and the place of the candidate that it is about."""

    verdict: Verdict
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One round of generate, execute and reflect."""

    programs: tuple[Program, ...]
    executions: tuple[Execution, ...]
    chosen: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Solved:
    """A question that somebody confirmed the answer of, with what computed it; never a row of the answer.

    `plan` is None where only the code is known. `data` is the fingerprint of the data that it was confirmed on,
    `scope` says for whom it may be used, `embedded` is the text that `vector` (32-bit floats) was made of.
    """

    turn: str
    part: int
    question: str
    plan: Mapping[str, Any] | None
    code: str
    data: str
    embedded: str
    vector: bytes
    embedder: str
    scope: str = "all"
    id: int = 0
