"""What travels along the edges of the graph: what enters, what the nodes work on, what leaves.

All of it is plain JSON, so that a checkpoint can be read by any later version. `context_of` and `attempts_of` give
the nodes their domain objects back.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, NotRequired

from typing_extensions import TypedDict  # pydantic, which makes the schema, wants it before Python 3.12

from crm_copilot.domain import (
    Attempt,
    Context,
    Execution,
    LinkedValue,
    Passage,
    Program,
    Understanding,
    Verdict,
)
from crm_copilot.people import Scope


class InputState(TypedDict):
    """What a front end gives: the question, and for a follow-up what it was rewritten to."""

    question: str
    asked: NotRequired[str]
    plan: NotRequired[dict[str, Any] | None]


class OutputState(TypedDict):
    """What a front end gets: one entry of an answer's results, and what it took: seconds by node, tokens, programs."""

    result: dict[str, Any]
    timings: dict[str, float]
    tokens: NotRequired[dict[str, int]]
    runs: NotRequired[dict[str, int]]


class State(InputState, OutputState):
    """The working memory of one question; nothing in it is added up by the graph, so nothing piles up on a thread."""

    context: dict[str, Any]
    programs: list[dict[str, Any]]
    executions: list[dict[str, Any]]
    attempts: list[dict[str, Any]]


def plain(value: Any) -> Any:
    """Return a domain object as JSON can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def to_state(value: Any) -> Any:
    """Return a dataclass as plain JSON."""
    return plain(asdict(value))


def context_of(state: Mapping[str, Any]) -> Context:
    """Return the context that `to_state` wrote."""
    found = dict(state["context"])
    found["today"], found["first_day"] = date.fromisoformat(found["today"]), date.fromisoformat(found["first_day"])
    found["links"] = tuple(LinkedValue(**link) for link in found["links"])
    found["passages"] = tuple(Passage(**passage) for passage in found["passages"])
    found["absent"] = tuple(found.get("absent", ()))
    if found.get("reading"):
        reading = found["reading"]
        lists = {name: tuple(reading.get(name, ())) for name in ("doubts", "unread", "hidden")}
        found["reading"] = Understanding(**{**reading, **lists})
    found["scope"] = Scope.from_json(found.get("scope") or {})
    return Context(**found)


def programs_of(state: Mapping[str, Any]) -> list[Program]:
    """Return the candidates under way."""
    return [_program(found) for found in state.get("programs") or []]


def executions_of(state: Mapping[str, Any]) -> list[Execution]:
    """Return what became of the candidates under way."""
    return [_execution(found) for found in state.get("executions") or []]


def attempts_of(state: Mapping[str, Any]) -> list[Attempt]:
    """Return the finished attempts."""
    return [
        Attempt(
            tuple(_program(p) for p in found["programs"]),
            tuple(_execution(e) for e in found["executions"]),
            found["chosen"],
            Verdict(**found["verdict"]),
        )
        for found in state.get("attempts") or []
    ]


def _program(found: Mapping[str, Any]) -> Program:
    return Program(**{**found, "notes": tuple(found.get("notes", ()))})


def _execution(found: Mapping[str, Any]) -> Execution:
    figure = found.get("figure")
    rows = tuple(tuple(row) for row in found["rows"])
    image = base64.b64decode(figure["base64"]) if figure else None
    return Execution(**{**found, "columns": tuple(found["columns"]), "rows": rows, "figure": image})
