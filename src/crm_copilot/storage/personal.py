"""Everything of one person: given to them, forgotten, or forgotten by age (GDPR, articles 15, 17, 20 and 5.1e)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm_copilot.storage import checkpoints
from crm_copilot.storage.columns import now, written
from crm_copilot.storage.schema import (
    api_keys,
    attempts,
    audit,
    conversations,
    examples,
    ratings,
    runs,
    sessions,
    turns,
    users,
)
from crm_copilot.storage.store import Store

ERASED = "erased"  # who did what is left of in the audit log
_SECRET = {"password", "hash", "folded", "vector", "owner", "beat"}  # of no use to the person, or to a thief only
_OF_TURNS = (ratings, examples, attempts)
Found = dict[str, list[dict[str, Any]]]


def export(store: Store, person: str) -> Found:
    """Return every row about a person by table, as JSON can hold it; tables without any are empty lists."""
    return store.database.read(
        lambda connection: {
            table.name: [_plain(row) for row in connection.execute(sa.select(table).where(which))]
            for table, which in _about(person)
        }
    )


def erase(store: Store, person: str, saver: Any = None) -> dict[str, int]:
    """Forget a person; return how many rows of each table are gone.

    That they did something stays in the audit log, without who, what and which code. What their thumbs taught is
    forgotten. `saver` keeps the steps of questions (`checkpoints`).
    """
    gone = store.database.write(lambda connection: _erase(connection, person))
    _sweep(store, saver)
    return gone


def expire(store: Store, older_than: timedelta, saver: Any = None) -> dict[str, int]:
    """Forget everybody's conversations that were last used longer ago, and runs, audit and sessions of that age.

    What is being answered stays. Return how many rows of each table are gone.
    """
    gone = store.database.write(lambda connection: _expire(connection, now() - older_than))
    _sweep(store, saver)
    return gone


def _about(person: str) -> list[tuple[sa.Table, sa.ColumnElement[bool]]]:
    own = sa.select(turns.c.id).where(turns.c.person == person)
    by_turn = [(table, table.c.turn.in_(own)) for table in _OF_TURNS]
    by_person = [(table, table.c.person == person) for table in (api_keys, sessions, conversations, turns)]
    alone = [(table, table.c.person == person) for table in (runs, audit)]
    return [(users, users.c.id == person), *by_person, *by_turn, *alone]


def _erase(connection: sa.Connection, person: str) -> dict[str, int]:
    gone = {table.name: _count(connection, table, which) for table, which in _about(person)}
    for table in (conversations, runs):
        connection.execute(sa.delete(table).where(table.c.person == person))
    connection.execute(sa.delete(users).where(users.c.id == person))
    emptied = {"person": ERASED, "turn": None, "code": None, "detail": ""}
    connection.execute(sa.update(audit).where(audit.c.person == person).values(**emptied))
    return gone


def _expire(connection: sa.Connection, before: datetime) -> dict[str, int]:
    running = sa.select(turns.c.conversation).where(turns.c.status == "running")
    old = sa.and_(conversations.c.updated < before, conversations.c.id.not_in(running))
    inside = turns.c.conversation.in_(sa.select(conversations.c.id).where(old))
    of_those = sa.select(turns.c.id).where(inside)
    over = [
        *((table, table.c.turn.in_(of_those)) for table in _OF_TURNS),
        (turns, inside),
        (conversations, old),
        (runs, runs.c.created < before),
        (audit, audit.c.at < before),
        (sessions, sessions.c.expires < now()),
    ]
    return {table.name: connection.execute(sa.delete(table).where(which)).rowcount for table, which in over}


def _sweep(store: Store, saver: Any) -> None:
    """Forget the steps of turns that are gone: a turn is written before its first step, so none is swept too early."""
    if saver is None:
        return
    runs_of = {run: run.partition(":")[0] for run in checkpoints.runs(saver)}
    known = store.known(set(runs_of.values()))
    checkpoints.forget(saver, (run for run, turn in runs_of.items() if turn not in known))


def _count(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table).where(which)) or 0


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    told = {name: value for name, value in row._mapping.items() if name not in _SECRET}
    return {name: written(value) if isinstance(value, datetime) else value for name, value in told.items()}
