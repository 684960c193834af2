"""What an answer took, as rows of `runs` and `attempts`: what a dashboard asks for, and never a row of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm_copilot.storage.schema import attempts, runs

Row = dict[str, Any]
State = Mapping[str, Any]


def store(connection: sa.Connection, turn: Any, answer: Mapping[str, Any], states: Sequence[State], now: Any) -> None:
    """Write down what each part of an answer took, in place of what was written of the turn before.

    `states` are the last states of the graph, one for each part; there are none for an answer that was shared.
    """
    for table in (attempts, runs):
        connection.execute(sa.delete(table).where(table.c.turn == turn.id))
    of_turn = {"turn": turn.id, "person": turn.person, "scope": turn.scope, "created": now}
    made = [{**of_turn, **run} for run in runs_of(answer, states)]
    tried = [{"turn": turn.id, **attempt} for attempt in attempts_of(states)]
    for table, rows in ((runs, made), (attempts, tried)):
        if rows:
            connection.execute(sa.insert(table), rows)


def runs_of(answer: Mapping[str, Any], states: Sequence[State]) -> Iterator[Row]:
    """Yield a row for each part of an answer."""
    for part, result in enumerate(answer.get("results", ())):
        state = states[part] if part < len(states) else {}
        tokens, seconds = state.get("tokens", {}), state.get("timings")
        yield {
            "part": part, "model": answer.get("model", ""), "writer": _writer(result),
            "outcome": result.get("status", answer["status"]), "confidence": result.get("confidence"),
            "attempts": result.get("attempts", 0), "cached": bool(answer.get("cached")),
            "seconds": sum(seconds.values()) if seconds else answer.get("seconds", 0.0),
            "tokens_in": tokens.get("input"), "tokens_out": tokens.get("output"),
        }  # fmt: skip


def attempts_of(states: Sequence[State]) -> Iterator[Row]:
    """Yield a row for each round of generate, execute and reflect."""
    for part, state in enumerate(states):
        for number, attempt in enumerate(state.get("attempts", ()), 1):
            yield {"part": part, "number": number, **_attempt(attempt)}


def _attempt(attempt: Mapping[str, Any]) -> Row:
    """Return an attempt with the program that was chosen, or else the first one."""
    chosen, verdict, executions = attempt["chosen"] or 0, attempt["verdict"], attempt["executions"]
    programs = attempt["programs"]
    return {
        "code": programs[chosen]["code"] if chosen < len(programs) else None,
        "status": executions[chosen]["status"] if chosen < len(executions) else None,
        "verdict": verdict["decision"], "reason": verdict["reason"], "confidence": verdict["confidence"],
        "seconds": sum(execution["seconds"] for execution in executions),
    }  # fmt: skip


def _writer(result: Mapping[str, Any]) -> str | None:
    """Return who wrote the code: the library, the small model, somebody who confirmed it, a chat model."""
    ids = [source["id"] for source in result.get("sources", ()) if source.get("kind") == "function"]
    return str(ids[0]).partition(":")[0] if ids else None
