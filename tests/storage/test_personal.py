"""Everything of one person, and of nobody else: given out, erased, expired."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crm_copilot.domain import Solved
from crm_copilot.errors import UnknownName
from crm_copilot.people import Person
from crm_copilot.storage import Store, checkpoints
from crm_copilot.storage.accounts import Accounts
from crm_copilot.storage.audit import Audit
from crm_copilot.storage.checkpoints import checkpointer
from crm_copilot.storage.columns import now
from crm_copilot.storage.personal import erase, expire, export
from crm_copilot.storage.schema import audit, conversations, metadata, runs

WORD = "a rather long password"
RESULT = {"status": "answered", "confidence": 0.9, "attempts": 1, "sources": []}
ANSWER = {"status": "answered", "model": "m", "seconds": 1.0, "results": [RESULT]}
VERDICT = {"decision": "accept", "reason": "", "confidence": 0.9}
TRIED = [{"programs": [{"code": "def f(): ..."}], "executions": [], "chosen": 0, "verdict": VERDICT}]


def person(store: Store, name: str) -> Person:
    """Return somebody who has done everything that leaves a row."""
    accounts = Accounts(store.database)
    made = accounts.add(name, WORD, "analyst", email=f"{name}@company.com")
    accounts.new_key(made.id, "k")
    accounts.begin_session(made.id)
    turn = store.begin(f"question of {name}", f"thread of {name}", person=made.id).id
    store.set_parts(turn, [{"asked": "q", "text": "q", "plan": None}])
    store.finish(turn, ANSWER, [{"attempts": TRIED}])
    solved = Solved(turn, 0, f"question of {name}", None, "code", "data", "text", b"\x00", "mini")
    store.rate(turn, 0, thumbs=1, comment=f"comment of {name}", example=solved, person=made.id)
    Audit(store.database).record(made.id, "code", turn=turn, code=f"code of {name}", detail=f"detail of {name}")
    return made


def everything(store: Store) -> str:
    """Return every row of every table as text."""
    tables = metadata.sorted_tables
    return store.database.read(
        lambda connection: "\n".join(str(row) for table in tables for row in connection.execute(sa.select(table)))
    )


def age(store: Store, days: int, **which: str) -> None:
    """Make a conversation, or all runs and audit entries, so many days old."""
    then = now() - timedelta(days=days)
    older = [sa.update(conversations).where(conversations.c.id == which["thread"]).values(updated=then)]
    older += [sa.update(runs).values(created=then), sa.update(audit).values(at=then)]
    for change in older:
        store.database.write(lambda connection, change=change: connection.execute(change))  # type: ignore[misc]


@pytest.fixture
def saver(store: Store, tmp_path: Path) -> Iterator[Any]:
    found: Any = checkpointer(store.database, tmp_path / "checkpoints.sqlite")
    yield found
    checkpoints.close(found)


def step(saver: Any, run: str) -> None:
    """Write a step of a question that was interrupted."""
    config = {"configurable": {"thread_id": run, "checkpoint_ns": ""}}
    empty: Any = {"v": 4, "id": "1", "ts": "", "channel_values": {}, "channel_versions": {}, "versions_seen": {}}
    saver.put(config, empty, {}, {})


def test_a_person_gets_everything_that_is_kept_about_them(store: Store) -> None:
    ana, _ = person(store, "ana"), person(store, "bia")
    told = export(store, ana.id)
    text = json.dumps(told, ensure_ascii=False)
    for kept in ("question of ana", "comment of ana", "code of ana", "detail of ana", "ana@company.com"):
        assert kept in text
    assert "bia" not in text
    assert all(len(rows) == 1 for rows in told.values()), {table: len(rows) for table, rows in told.items()}
    assert set(told) == {table.name for table in metadata.sorted_tables}


def test_no_secret_is_given_out(store: Store) -> None:
    ana = person(store, "ana")
    text = json.dumps(export(store, ana.id))
    for secret in ("argon2", "hash", "password"):
        assert secret not in text


def test_of_who_is_not_there_nothing_is_kept(store: Store) -> None:
    person(store, "ana")
    assert set(map(len, export(store, "nobody").values())) == {0}
    assert set(erase(store, "nobody").values()) == {0}


def test_an_erased_person_has_never_been_there(store: Store) -> None:
    ana, bia = person(store, "ana"), person(store, "bia")
    before = export(store, bia.id)
    gone = erase(store, ana.id)
    assert set(gone.values()) == {1}
    assert "ana" not in everything(store).replace("analyst", "")
    assert ana.id not in everything(store)
    assert export(store, bia.id) == before
    with pytest.raises(UnknownName):
        Accounts(store.database).person(ana.id)


def test_that_something_was_done_stays_in_the_audit(store: Store) -> None:
    ana = person(store, "ana")
    erase(store, ana.id)
    (entry,) = Audit(store.database).entries()
    assert (entry.person, entry.action, entry.turn, entry.code, entry.detail) == ("erased", "code", None, None, "")


def test_the_owner_has_no_account_and_can_be_erased(store: Store) -> None:
    store.begin("mine", "thread")
    assert [turn["message"] for turn in export(store, "owner")["turns"]] == ["mine"]
    assert erase(store, "owner")["turns"] == 1
    assert store.conversations() == []


def test_an_answer_that_comes_after_all_is_dropped(store: Store) -> None:
    turn = store.begin("q", None, person="ana")
    erase(store, "ana")
    store.finish(turn.id, ANSWER)
    assert turn.id not in everything(store)


def test_the_steps_of_an_erased_person_are_gone_too(store: Store, saver: Any) -> None:
    own, other = store.begin("q", None, person="ana").id, store.begin("q", None, person="bia").id
    for run in (f"{own}:0", f"{own}:1", f"{other}:0", "of-a-deleted-turn:0"):
        step(saver, run)
    erase(store, "ana", saver)
    assert checkpoints.runs(saver) == [f"{other}:0"]


def test_what_is_old_expires_and_nothing_else(store: Store, saver: Any) -> None:
    person(store, "ana"), person(store, "bia")
    age(store, 40, thread="thread of ana")
    step(saver, f"{store.begin('q', None).id}:0")
    gone = expire(store, timedelta(days=30), saver)
    assert gone == {
        "ratings": 1, "examples": 1, "attempts": 1, "turns": 1, "conversations": 1, "runs": 2, "audit": 2, "sessions": 0
    }  # fmt: skip
    text = everything(store)
    assert "question of bia" in text
    assert "question of ana" not in text
    assert "ana@company.com" in text, "an account stays until it is erased"
    assert len(checkpoints.runs(saver)) == 1
    assert set(expire(store, timedelta(days=30), saver).values()) == {0}


def test_what_is_being_answered_does_not_expire(store: Store) -> None:
    turn = store.begin("q", "thread")
    age(store, 400, thread="thread")
    assert expire(store, timedelta(days=30))["turns"] == 0
    store.finish(turn.id, ANSWER)
    assert expire(store, timedelta(days=30))["turns"] == 1


def test_a_session_that_is_over_expires(store: Store) -> None:
    ana = person(store, "ana")
    Accounts(store.database).begin_session(ana.id, timedelta(seconds=-1))
    assert expire(store, timedelta(days=30))["sessions"] == 1
