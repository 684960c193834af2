"""Turns as they are written: begun before they are answered, finished, stopped, interrupted, taken up again."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from crm_copilot.errors import InputError, OperatorError, UnknownName
from crm_copilot.storage import work
from crm_copilot.storage.columns import now
from crm_copilot.storage.database import insert
from crm_copilot.storage.owners import BEAT_SECONDS, is_alive, this_process
from crm_copilot.storage.reading import Reading
from crm_copilot.storage.records import MOST_OF_A_TITLE, Turn
from crm_copilot.storage.schema import conversations, turns

_beating = threading.Lock()


class Writing(Reading):
    """What the one who answers writes down. Every write may be done twice over: a connection may break."""

    _heart: threading.Thread | None = None

    def begin(self, message: str, conversation: str | None, *, person: str = "owner", scope: str = "all") -> Turn:
        """Write down a message before it is answered; a conversation is made when there is none of that id.

        Raises UnknownName when the conversation is somebody else's.
        """
        thread, turn = conversation or uuid.uuid4().hex, uuid.uuid4().hex
        begun = {
            "id": turn, "conversation": thread, "message": message, "status": "running", "owner": this_process(),
            "created": now(), "beat": now(), "person": person, "scope": scope,
        }  # fmt: skip
        self.database.write(lambda connection: _begin(connection, begun))
        self._live()
        return self.turn(turn, person=person)

    def set_parts(self, turn: str, parts: Sequence[Mapping[str, Any]]) -> None:
        """Write down the questions that a message was split into."""
        self._change(turn, parts=parts)

    def finish(self, turn: str, answer: Mapping[str, Any], states: Sequence[Mapping[str, Any]] = ()) -> None:
        """Store the answer of a turn and what it took, which the last states of the graph say for each part."""
        self.database.write(lambda connection: _finish(connection, turn, answer, states))

    def stop(self, turn: str, status: str) -> None:
        """Mark a turn that will get no answer: stopped or failed."""
        self._change(turn, status=status, finished=now())

    def take_over(self, turn: str, *, person: str = "owner") -> None:
        """Make this process the one that answers the turn; raise InputError while another is about it."""
        self.database.write(lambda connection: _take_over(connection, turn, person))
        self._live()

    def mark_interrupted(self) -> int:
        """Mark the running turns, of everybody, whose process is gone; return how many there were."""
        running = sa.select(turns.c.id, turns.c.owner, turns.c.beat).where(turns.c.status == "running")
        dead = [(row.id, row.owner) for row in self.database.rows(running) if not is_alive(row.owner, row.beat)]
        if not dead:
            return 0
        # Somebody may have taken one of them over in the meantime.
        still = sa.tuple_(turns.c.id, turns.c.owner).in_(dead)
        gone = sa.update(turns).where(turns.c.status == "running", still).values(status="interrupted")
        return self.database.write(lambda connection: connection.execute(gone).rowcount)

    def _change(self, turn: str, **values: Any) -> None:
        change = sa.update(turns).where(turns.c.id == turn).values(**values)
        self.database.write(lambda connection: connection.execute(change))

    def _live(self) -> None:
        """Say from now on that this process lives, as long as it answers something."""
        with _beating:
            if self._heart is None or not self._heart.is_alive():
                self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._heart.start()

    def _beat(self) -> None:
        mine = sa.and_(turns.c.status == "running", turns.c.owner == this_process())
        pause = threading.Event()
        while True:
            pause.wait(BEAT_SECONDS)
            with suppress(OperatorError):  # the next beat may get through
                if not self.database.write(lambda connection: connection.execute(_beat_of(mine)).rowcount):
                    return


def _beat_of(mine: sa.ColumnElement[bool]) -> sa.Update:
    return sa.update(turns).where(mine).values(beat=now())


def _begin(connection: sa.Connection, begun: Mapping[str, Any]) -> None:
    """Write a turn; the row of its conversation is locked first, so that positions are given one at a time."""
    thread, person = begun["conversation"], begun["person"]
    made = insert(connection, conversations).values(
        id=thread, title=begun["message"].strip()[:MOST_OF_A_TITLE], created=begun["created"],
        updated=begun["created"], person=person,
    )  # fmt: skip
    used = made.on_conflict_do_update(
        index_elements=["id"], set_={"updated": made.excluded.updated}, where=conversations.c.person == person
    )
    if connection.execute(used.returning(conversations.c.id)).first() is None:  # rowcount says nothing of an INSERT
        raise UnknownName(f"there is no conversation {thread!r}")
    last = sa.select(sa.func.max(turns.c.position)).where(turns.c.conversation == thread)
    position = connection.scalar(last)
    turn = insert(connection, turns).values(**begun, position=0 if position is None else position + 1)
    connection.execute(turn.on_conflict_do_nothing(index_elements=["id"]))


def _finish(
    connection: sa.Connection, turn: str, answer: Mapping[str, Any], states: Sequence[Mapping[str, Any]]
) -> None:
    """Store an answer; one whose conversation was deleted in the meantime is dropped."""
    values = {"answer": answer, "status": answer["status"], "finished": now()}
    connection.execute(sa.update(turns).where(turns.c.id == turn).values(**values))
    found = connection.execute(sa.select(turns.c.id, turns.c.person, turns.c.scope).where(turns.c.id == turn)).first()
    if found is not None:
        work.store(connection, found, answer, states, values["finished"])


def _take_over(connection: sa.Connection, turn: str, person: str) -> None:
    mine = turns.c.id == turn, turns.c.person == person
    query = sa.select(turns.c.status, turns.c.owner, turns.c.beat).where(*mine).with_for_update()
    found = connection.execute(query).first()
    if found is None:
        raise UnknownName(f"there is no turn {turn!r}")
    if found.status == "running" and is_alive(found.owner, found.beat):
        raise InputError("this question is being answered already; wait for its answer")
    connection.execute(sa.update(turns).where(*mine).values(status="running", owner=this_process(), beat=now()))
