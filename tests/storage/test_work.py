"""What an answer took: rows that a dashboard asks for, written with the answer and never without it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from crm_copilot.bootstrap import House
from crm_copilot.storage import Store
from crm_copilot.storage.schema import attempts, runs

RESULT = {"status": "answered", "confidence": 0.9, "attempts": 2, "sources": [{"kind": "function", "id": "library:f"}]}
ANSWER = {"status": "answered", "model": "m", "seconds": 3.0, "results": [RESULT]}


def attempt(decision: str, status: str | None = "ok") -> dict[str, Any]:
    programs = [{"code": f"code {decision}"}] if status else []
    executions = [{"status": status, "seconds": 0.25}] if status else []
    verdict = {"decision": decision, "reason": "why", "confidence": 0.5}
    return {"programs": programs, "executions": executions, "chosen": 0 if status else None, "verdict": verdict}


STATE = {
    "timings": {"retrieve": 0.5, "execute": 1.0},
    "tokens": {"input": 7, "output": 11},
    "attempts": [attempt("retry", "error"), attempt("accept")],
}


def rows(store: Store, table: sa.Table) -> list[dict[str, Any]]:
    query = sa.select(table).order_by(table.c.id)
    return store.database.read(lambda connection: [dict(row._mapping) for row in connection.execute(query)])


def finished(store: Store, answer: dict[str, Any] = ANSWER, states: Any = (STATE,)) -> str:
    turn = store.begin("q", None, person="ana", scope="0123")
    store.finish(turn.id, answer, states)
    return turn.id


def test_a_run_says_what_it_took(store: Store) -> None:
    turn = finished(store)
    (run,) = rows(store, runs)
    assert run.pop("created") is not None
    assert run == {
        "id": 1, "turn": turn, "part": 0, "person": "ana", "scope": "0123", "model": "m", "writer": "library",
        "outcome": "answered", "confidence": 0.9, "attempts": 2, "cached": False, "seconds": 1.5, "tokens_in": 7,
        "tokens_out": 11,
    }  # fmt: skip


def test_each_attempt_says_what_ran_and_what_was_judged(store: Store) -> None:
    finished(store, states=[{**STATE, "attempts": [*STATE["attempts"], attempt("decline", None)]}])  # type: ignore[misc]
    found = [
        (row["number"], row["code"], row["status"], row["verdict"], row["seconds"]) for row in rows(store, attempts)
    ]
    assert found == [
        (1, "code retry", "error", "retry", 0.25),
        (2, "code accept", "ok", "accept", 0.25),
        (3, None, None, "decline", 0),
    ]


def test_each_part_has_a_run_of_its_own(store: Store) -> None:
    finished(store, {**ANSWER, "results": [RESULT, {"status": "failed", "sources": []}]}, [STATE, {}])
    found = [(run["part"], run["outcome"], run["writer"], run["seconds"]) for run in rows(store, runs)]
    assert found == [(0, "answered", "library", 1.5), (1, "failed", None, 3.0)]


def test_an_answer_that_was_shared_is_marked(store: Store) -> None:
    finished(store, {**ANSWER, "cached": True, "seconds": 0.001}, [])
    (run,) = rows(store, runs)
    assert (run["cached"], run["seconds"], run["tokens_in"], rows(store, attempts)) == (True, 0.001, None, [])


def test_a_turn_that_is_answered_again_counts_once(store: Store) -> None:
    turn = finished(store)
    store.finish(turn, {**ANSWER, "model": "another"}, [STATE])
    assert [run["model"] for run in rows(store, runs)] == ["another"]
    assert len(rows(store, attempts)) == 2


def test_an_answer_that_cannot_be_stored_leaves_no_run(store: Store) -> None:
    with pytest.raises(ValueError, match="JSON"):
        finished(store, {**ANSWER, "seconds": float("nan")})
    assert rows(store, runs) == rows(store, attempts) == []


def test_the_runs_of_a_deleted_conversation_are_counted_and_its_code_is_gone(store: Store) -> None:
    turn = finished(store)
    store.delete(store.turn(turn, person="ana").conversation, person="ana")
    assert [(run["turn"], run["outcome"]) for run in rows(store, runs)] == [(None, "answered")]
    assert rows(store, attempts) == []


def test_a_real_answer_is_written_down(house: House) -> None:
    answer = house.copilot.ask("How many sellers are there? What is our profit?")
    query = sa.select(runs).where(runs.c.turn == answer["turn"]).order_by(runs.c.part)
    with house.engine.connect() as connection:
        found = connection.execute(query).all()
        tried = connection.execute(sa.select(attempts).where(attempts.c.turn == answer["turn"])).all()
    assert [run.outcome for run in found] == [result["status"] for result in answer["results"]]
    assert sum(run.seconds for run in found) == pytest.approx(sum(answer["timings"].values()), abs=0.01)
    assert {row.code for row in tried} >= {result["code"] for result in answer["results"] if result["code"]}
