"""Keys for programs and sessions for people who have signed in. What is stored of one opens nothing."""

from __future__ import annotations

import secrets as random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import sqlalchemy as sa

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.people import Person, scope_of
from crm_copilot.storage import secrets
from crm_copilot.storage.columns import now, written
from crm_copilot.storage.database import Database, insert
from crm_copilot.storage.schema import api_keys, sessions, users

KeyScope = Literal["ask", "read", "feedback", "tools", "admin"]
KEY_SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)
FOR_A_PROGRAM: tuple[KeyScope, ...] = ("ask", "read", "feedback")  # unless something else is asked for
SESSION = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its person sees it: never the key itself. Moments are in UTC."""

    id: str
    name: str
    scopes: tuple[str, ...]
    expires: str | None
    revoked: str | None
    created: str


class Keys:
    """Keys and sessions of the people of a database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def new_key(
        self, person: str, name: str, scopes: Iterable[str] = FOR_A_PROGRAM,
        expires: datetime | None = None,
    ) -> str:  # fmt: skip
        """Make a key and return it: it can be read this once. `expires` without a time zone is in UTC."""
        given, text = sorted(set(scopes)), name.strip()
        if not given or not set(given) <= set(KEY_SCOPES):
            raise InputError(
                f"a key for {', '.join(given) or 'nothing'} cannot be made; name some of {', '.join(KEY_SCOPES)}"
            )
        if not 0 < len(text) <= 200:
            raise InputError(f"{name!r} cannot be the name of a key; say what it is for, in 200 characters at most")
        until = expires.replace(tzinfo=expires.tzinfo or UTC) if expires else None
        if until is not None and until <= now():
            raise InputError(f"the key would expire {written(until)}, which is past; name a later day")
        key = secrets.new_key()
        made = {
            "id": uuid.uuid4().hex, "person": person, "name": text, "hash": secrets.hashed(key), "scopes": given,
            "expires": until, "created": now(),
        }  # fmt: skip
        self.database.write(lambda connection: _make(connection, made))
        return key

    def by_key(self, key: str) -> tuple[Person, frozenset[str]]:
        """Return whose key it is and what it is for; raise UnknownName, which says why, for one that opens nothing."""
        of_key = sa.select(users, api_keys.c.scopes, api_keys.c.expires, api_keys.c.revoked)
        joined = of_key.join(api_keys, api_keys.c.person == users.c.id)
        found = self.database.first(joined.where(api_keys.c.hash == secrets.hashed(key)))
        if found is None:
            raise UnknownName("the key is unknown; make one with 'crm people key NAME --for PURPOSE'")
        if found.revoked is not None or found.disabled is not None:
            raise UnknownName("the key was revoked, or its account disabled; ask an administrator for another")
        if found.expires is not None and found.expires <= now():
            raise UnknownName(
                f"the key expired {written(found.expires)[:10]}; make one with 'crm people key NAME --for PURPOSE'"
            )
        return person_of(found), frozenset(found.scopes)

    def keys(self, person: str) -> list[Key]:
        """Return the keys of a person, the newest first."""
        query = sa.select(api_keys).where(api_keys.c.person == person).order_by(api_keys.c.created.desc())
        return [_key(row) for row in self.database.rows(query)]

    def revoke(self, key: str, *, person: str | None = None) -> None:
        """Let a key open nothing any more, by its id; raise UnknownName when there is none, or none of that person."""
        found = api_keys.c.id == key if person is None else sa.and_(api_keys.c.id == key, api_keys.c.person == person)
        change = sa.update(api_keys).where(found).values(revoked=sa.func.coalesce(api_keys.c.revoked, now()))
        if not self.database.write(lambda connection: connection.execute(change).rowcount):
            raise UnknownName(f"there is no key {key!r}; 'crm people key NAME' shows those there are")

    def begin_session(self, person: str, lasts: timedelta = SESSION) -> str:
        """Return a token for somebody who has signed in: what a browser keeps in a cookie."""
        token = random.token_urlsafe(32)
        made = {"hash": secrets.hashed(token), "person": person, "expires": now() + lasts, "created": now()}
        over = sa.delete(sessions).where(sessions.c.expires <= now())

        def work(connection: sa.Connection) -> None:
            connection.execute(over)
            connection.execute(insert(connection, sessions).values(**made).on_conflict_do_nothing())

        self.database.write(work)
        return token

    def by_session(self, token: str) -> Person:
        """Return who signed in; raise UnknownName for a token that is over."""
        query = sa.select(users).join(sessions, sessions.c.person == users.c.id)
        found = self.database.first(
            query.where(
                sessions.c.hash == secrets.hashed(token), sessions.c.expires > now(), users.c.disabled.is_(None)
            )
        )
        if found is None:
            raise UnknownName("you are signed in no longer; sign in again")
        return person_of(found)

    def end_session(self, token: str) -> None:
        """Sign out."""
        self._delete(sessions.c.hash == secrets.hashed(token))

    def end_sessions(self, person: str) -> None:
        """Sign a person out everywhere."""
        self._delete(sessions.c.person == person)

    def _delete(self, which: sa.ColumnElement[bool]) -> None:
        self.database.write(lambda connection: connection.execute(sa.delete(sessions).where(which)))


def person_of(row: sa.Row[Any]) -> Person:
    """Return the person of a row of `users`."""
    scope = scope_of(row.role, managers=row.managers, states=row.states, collections=row.collections)
    return Person(row.id, row.name, row.role, scope)


def nobody(person: str) -> UnknownName:
    """Return what is said where there is no person of an id."""
    return UnknownName(f"there is no person {person!r}; 'crm people list' shows who there is")


def _make(connection: sa.Connection, made: dict[str, Any]) -> None:
    if not connection.scalar(sa.select(users.c.id).where(users.c.id == made["person"])):
        raise nobody(made["person"])
    connection.execute(insert(connection, api_keys).values(**made).on_conflict_do_nothing(index_elements=["id"]))


def _key(row: sa.Row[Any]) -> Key:
    expires, revoked = (moment and written(moment) for moment in (row.expires, row.revoked))
    return Key(row.id, row.name, tuple(row.scopes), expires, revoked, written(row.created))
