"""Conversations in SQLite: every question is written down before it is answered, so that none is lost.

A turn is `running` until its answer is stored. When its process has died it is `interrupted`, and can be taken up
again. Safe for several threads and processes: write-ahead log, one connection for each thread.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crm_copilot.domain import Solved
from crm_copilot.errors import InputError, UnknownName
from crm_copilot.storage import examples
from crm_copilot.storage.database import connect
from crm_copilot.storage.migrations import STEPS, migrate

MOST_OF_A_TITLE = 80


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation and when it was last used."""

    id: str
    title: str
    updated: str
    turns: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and its answer; `parts` are the questions it was split into."""

    id: str
    conversation: str
    position: int
    message: str
    status: str
    parts: Sequence[Mapping[str, Any]]
    answer: Mapping[str, Any] | None
    created: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody thought of one answer."""

    turn: str
    part: int
    thumbs: int | None
    stars: int | None
    comment: str


class Store:
    """The conversation store in one SQLite file."""

    def __init__(self, file: Path) -> None:
        self._file, self._local = file, threading.local()
        with self._open() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(STEPS):
                raise InputError(f"{file} was written by a newer version of this product; update it, or set CRM_HOME")
            migrate(connection)

    # ------------------------------------------------------------------------------------------- conversations

    def conversations(self, limit: int = 50) -> list[Conversation]:
        """Return the conversations, the one used last first."""
        rows = self._rows(
            "SELECT c.id, c.title, c.updated, count(t.id)"
            " FROM conversations c LEFT JOIN turns t ON t.conversation = c.id"
            " GROUP BY c.id ORDER BY c.updated DESC, c.rowid DESC LIMIT ?",
            limit,
        )
        return [Conversation(*row) for row in rows]

    def turns(self, conversation: str) -> list[Turn]:
        """Return the turns of a conversation in order; [] when there is none of that id."""
        rows = self._rows(f"SELECT {_TURN} FROM turns WHERE conversation = ? ORDER BY position", conversation)
        return [_turn(row) for row in rows]

    def turn(self, turn: str) -> Turn:
        """Return a turn; raise UnknownName when there is none of that id."""
        rows = self._rows(f"SELECT {_TURN} FROM turns WHERE id = ?", turn)
        if not rows:
            raise UnknownName(f"there is no turn {turn!r}")
        return _turn(rows[0])

    def last_turn(self) -> Turn:
        """Return the turn that was answered last; raise UnknownName when there is none."""
        rows = self._rows(
            f"SELECT {_TURN} FROM turns WHERE answer IS NOT NULL ORDER BY finished DESC, rowid DESC LIMIT 1"
        )
        if not rows:
            raise UnknownName("nothing has been answered yet; ask a question first, for example crm ask 'revenue'")
        return _turn(rows[0])

    def turn_before(self, turn: Turn) -> Turn:
        """Return the turn that was answered before this one; raise UnknownName when there is none."""
        rows = self._rows(
            f"SELECT {_TURN} FROM turns WHERE answer IS NOT NULL AND rowid < (SELECT rowid FROM turns WHERE id = ?)"
            " ORDER BY rowid DESC LIMIT 1",
            turn.id,
        )
        if not rows:
            raise UnknownName(f"nothing was answered before {turn.message!r}")
        return _turn(rows[0])

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title; raise InputError for an empty one, UnknownName for no conversation."""
        text = title.strip()[:MOST_OF_A_TITLE]
        if not text:
            raise InputError("the title is empty; write one, or delete the conversation")
        with self._open() as connection:
            found = connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (text, conversation))
        if not found.rowcount:
            raise UnknownName(f"there is no conversation {conversation!r}")

    def delete(self, conversation: str) -> None:
        """Forget a conversation with its turns and ratings."""
        with self._open() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))

    # ---------------------------------------------------------------------------------------------------- turns

    def begin(self, message: str, conversation: str | None) -> Turn:
        """Write down a message before it is answered; a conversation is made when there is none of that id."""
        thread, turn, now = conversation or uuid.uuid4().hex, uuid.uuid4().hex, _now()
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET updated = excluded.updated",
                (thread, message.strip()[:MOST_OF_A_TITLE], now, now),
            )
            (position,) = connection.execute(
                "SELECT coalesce(max(position) + 1, 0) FROM turns WHERE conversation = ?", (thread,)
            ).fetchone()
            connection.execute(
                "INSERT INTO turns (id, conversation, position, message, status, owner, created)"
                " VALUES (?, ?, ?, ?, 'running', ?, ?)",
                (turn, thread, position, message, _owner(), now),
            )
        return self.turn(turn)

    def set_parts(self, turn: str, parts: Sequence[Mapping[str, Any]]) -> None:
        """Write down the questions that a message was split into."""
        with self._open() as connection:
            connection.execute("UPDATE turns SET parts = ? WHERE id = ?", (json.dumps(parts), turn))

    def finish(self, turn: str, answer: Mapping[str, Any]) -> None:
        """Store the answer of a turn."""
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
        with self._open() as connection:
            connection.execute(
                "UPDATE turns SET answer = ?, status = ?, finished = ? WHERE id = ?",
                (text, answer["status"], _now(), turn),
            )

    def stop(self, turn: str, status: str) -> None:
        """Mark a turn that will get no answer: stopped or failed."""
        with self._open() as connection:
            connection.execute("UPDATE turns SET status = ?, finished = ? WHERE id = ?", (status, _now(), turn))

    def take_over(self, turn: str) -> None:
        """Make this process the one that answers the turn; raise InputError while another is about it."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            found = connection.execute("SELECT status, owner FROM turns WHERE id = ?", (turn,)).fetchone()
            if found is None:
                raise UnknownName(f"there is no turn {turn!r}")
            status, owner = found
            if status == "running" and _alive(owner):
                raise InputError("this question is being answered already; wait for its answer")
            connection.execute("UPDATE turns SET status = 'running', owner = ? WHERE id = ?", (_owner(), turn))

    def mark_interrupted(self) -> int:
        """Mark the running turns whose process is gone; return how many there were."""
        rows = self._rows("SELECT id, owner FROM turns WHERE status = 'running'")
        dead = [turn for turn, owner in rows if not _alive(owner)]
        with self._open() as connection:
            connection.executemany("UPDATE turns SET status = 'interrupted' WHERE id = ?", [(turn,) for turn in dead])
        return len(dead)

    # -------------------------------------------------------------------------------------------------- ratings

    def rate(
        self, turn: str, part: int, *, thumbs: int | None = None, stars: int | None = None, comment: str = "",
        example: Solved | None = None,
    ) -> None:  # fmt: skip
        """Store a rating, and with it what is learned: `example` is kept, and forgotten when the thumb is not up.

        Raises InputError for a value out of range, UnknownName for an unknown turn.
        """
        if thumbs not in (None, 0, 1):
            raise InputError(f"thumbs is {thumbs!r}, expected 0 (down) or 1 (up)")
        if stars is not None and not 1 <= stars <= 5:
            raise InputError(f"stars is {stars!r}, expected 1 to 5")
        self.turn(turn)
        with self._open() as connection:
            connection.execute(
                "INSERT INTO ratings (turn, part, thumbs, stars, comment, created) VALUES (?, ?, ?, ?, ?, ?)",
                (turn, part, thumbs, stars, comment, _now()),
            )
            if thumbs != 1:
                examples.forget(connection, turn, part)
            elif example is not None:
                examples.keep(connection, example, _now())

    def ratings(self, turn: str) -> list[Rating]:
        """Return the ratings of a turn, oldest first."""
        rows = self._rows("SELECT turn, part, thumbs, stars, comment FROM ratings WHERE turn = ? ORDER BY id", turn)
        return [Rating(*row) for row in rows]

    def rating(self, turn: str, part: int) -> Rating:
        """Return what is thought of one answer now: each rating holds thumbs, stars and comment."""
        found = [rating for rating in self.ratings(turn) if rating.part == part]
        return found[-1] if found else Rating(turn, part, None, None, "")

    def thumbs(self) -> list[Rating]:
        """Return the ratings in force that are thumbs, up or down, oldest first."""
        rows = self._rows(
            "SELECT turn, part, thumbs, stars, comment FROM ratings"
            " WHERE id IN (SELECT max(id) FROM ratings GROUP BY turn, part) AND thumbs IS NOT NULL ORDER BY id"
        )
        return [Rating(*row) for row in rows]

    # ------------------------------------------------------------------------------------------------- examples

    def example_ids(self) -> tuple[int, ...]:
        """Return which examples are in use; a changed one has another id."""
        return tuple(row[0] for row in self._rows("SELECT id FROM examples WHERE dropped IS NULL ORDER BY id"))

    def examples(self) -> list[Solved]:
        """Return the examples in use, oldest first."""
        rows = self._rows(f"SELECT {examples.COLUMNS} FROM examples WHERE dropped IS NULL ORDER BY id")
        return [examples.read(row) for row in rows]

    def learned_from(self, turn: str, part: int) -> list[str]:
        """Return the questions that one answer was confirmed for, also where a review dropped the example since."""
        return [row[0] for row in self._rows("SELECT question FROM examples WHERE turn = ? AND part = ?", turn, part)]

    def drop_example(self, number: int, reason: str) -> None:
        """Use an example no longer, whatever its thumb; raise UnknownName when there is none of that number."""
        with self._open() as connection:
            found = connection.execute("UPDATE examples SET dropped = ? WHERE id = ?", (reason, number))
        if not found.rowcount:
            raise UnknownName(f"there is no confirmed example {number}; 'crm train review' lists those in use")

    # ---------------------------------------------------------------------------------------------- connections

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._open() as connection:
            return connection.execute(sql, values).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection; what is written inside is committed together or not at all."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(self._file, isolation_level=None)
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
        try:
            yield connection
            if connection.in_transaction:
                connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


_TURN = "id, conversation, position, message, status, parts, answer, created"


def _turn(row: Sequence[Any]) -> Turn:
    answer = json.loads(row[6]) if row[6] else None
    return Turn(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), answer, row[7])


def _now() -> str:
    # Two turns may have the same one: what orders them is their row.
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _owner() -> str:
    """Name this process so that another can tell whether it still lives, also when its number is used again."""
    pid = os.getpid()
    return f"{pid}:{_started(pid)}"


def _started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _alive(owner: str) -> bool:
    pid, _, started = owner.partition(":")
    return bool(started) and _started(int(pid)) == started
