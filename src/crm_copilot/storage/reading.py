"""Conversations as they are read, renamed and deleted: each person's own, as if there were no others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.storage.columns import written
from crm_copilot.storage.database import Database
from crm_copilot.storage.records import MOST_OF_A_TITLE, Conversation, Turn
from crm_copilot.storage.schema import conversations, turns

_TURN = [turns.c[name] for name in "id conversation position message status parts answer created person scope".split()]
_LAST_FIRST = (turns.c.finished.desc(), turns.c.created.desc(), turns.c.id)


class Reading:
    """What may be read of a person's conversations; `person` is their id."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def conversations(self, limit: int = 50, *, person: str = "owner") -> list[Conversation]:
        """Return the conversations, the one used last first."""
        c = conversations.c
        found = (
            sa.select(c.id, c.title, c.updated, sa.func.count(turns.c.id))
            .outerjoin(turns, turns.c.conversation == c.id)
            .where(c.person == person)
            .group_by(c.id, c.title, c.updated)
            .order_by(c.updated.desc(), c.id)
            .limit(limit)
        )
        return [
            Conversation(thread, title, written(used), count)
            for thread, title, used, count in self.database.rows(found)
        ]

    def turns(self, conversation: str, *, person: str = "owner") -> list[Turn]:
        """Return the turns of a conversation in order; [] when there is none of that id."""
        found = _turns(person).where(turns.c.conversation == conversation).order_by(turns.c.position)
        return [_turn(row) for row in self.database.rows(found)]

    def turn(self, turn: str, *, person: str = "owner") -> Turn:
        """Return a turn; raise UnknownName when there is none of that id."""
        return self._one(_turns(person).where(turns.c.id == turn), f"there is no turn {turn!r}")

    def any_turn(self, turn: str) -> Turn:
        """Return a turn of whoever, for those who train on them; raise UnknownName when there is none of that id."""
        return self._one(sa.select(*_TURN).where(turns.c.id == turn), f"there is no turn {turn!r}")

    def last_turn(self, *, person: str = "owner") -> Turn:
        """Return the turn that was answered last; raise UnknownName when there is none."""
        found = _turns(person).where(turns.c.answer.is_not(None)).order_by(*_LAST_FIRST).limit(1)
        return self._one(found, "nothing has been answered yet; ask a question first, for example crm ask 'revenue'")

    def turn_before(self, turn: Turn) -> Turn:
        """Return the turn that the same person began before this one; raise UnknownName when there is none."""
        begun = sa.select(turns.c.created).where(turns.c.id == turn.id).scalar_subquery()
        earlier = sa.or_(
            turns.c.created < begun,
            sa.and_(turns.c.conversation == turn.conversation, turns.c.position < turn.position),
        )
        found = _turns(turn.person).where(turns.c.answer.is_not(None), earlier, turns.c.id != turn.id)
        latest = found.order_by(turns.c.created.desc(), turns.c.position.desc()).limit(1)
        return self._one(latest, f"nothing was answered before {turn.message!r}")

    def known(self, ids: Collection[str]) -> set[str]:
        """Return which of some ids are turns, of whoever."""
        return {row.id for row in self.database.rows(sa.select(turns.c.id).where(turns.c.id.in_(ids)))}

    def interrupted(self) -> list[Turn]:
        """Return the turns of everybody that can be taken up again, oldest first."""
        found = sa.select(*_TURN).where(turns.c.status == "interrupted").order_by(turns.c.created, turns.c.id)
        return [_turn(row) for row in self.database.rows(found)]

    def rename(self, conversation: str, title: str, *, person: str = "owner") -> None:
        """Give a conversation another title; raise InputError for an empty one, UnknownName for no conversation."""
        text = title.strip()[:MOST_OF_A_TITLE]
        if not text:
            raise InputError("the title is empty; write one, or delete the conversation")
        change = sa.update(conversations).where(*_own(conversation, person)).values(title=text)
        if not self.database.write(lambda connection: connection.execute(change).rowcount):
            raise UnknownName(f"there is no conversation {conversation!r}")

    def delete(self, conversation: str, *, person: str = "owner") -> None:
        """Forget a conversation with its turns and ratings; nothing happens when there is none of that id."""
        gone = sa.delete(conversations).where(*_own(conversation, person))
        self.database.write(lambda connection: connection.execute(gone))

    def _one(self, query: sa.Select[Any], otherwise: str) -> Turn:
        found = self.database.first(query)
        if found is None:
            raise UnknownName(otherwise)
        return _turn(found)


def _turns(person: str) -> sa.Select[Any]:
    return sa.select(*_TURN).where(turns.c.person == person)


def _own(conversation: str, person: str) -> tuple[sa.ColumnElement[bool], ...]:
    return conversations.c.id == conversation, conversations.c.person == person


def _turn(row: sa.Row[Any]) -> Turn:
    return Turn(**{**row._mapping, "created": written(row.created)})
