"""People: who there is, what they may see, and how they sign in.

A name that is not there, a wrong password, an account that is disabled or locked: all are refused in the same words
and after the same time, so that nobody learns which names there are.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.people import OWNER, Person, scope_of
from crm_copilot.storage import secrets
from crm_copilot.storage.columns import now, written
from crm_copilot.storage.database import insert
from crm_copilot.storage.keys import Keys, nobody, person_of
from crm_copilot.storage.schema import users

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1000
MOST_FAILURES, LOCKED = 5, timedelta(minutes=15)
_REFUSED = "name or password is not right, or the account is locked for a while; try again, or ask an administrator"
_LISTS = ("managers", "states", "collections")


@dataclass(frozen=True, slots=True)
class Account:
    """A person as an administrator sees them."""

    person: Person
    email: str | None
    managers: list[str] | None
    states: list[str] | None
    collections: list[str] | None
    disabled: str | None
    created: str


class Accounts(Keys):
    """The accounts of a database, with their keys and sessions."""

    def any(self) -> bool:
        """Whether there is an account; while there is none, everything is the owner's."""
        return bool(
            self.database.read(lambda connection: connection.scalar(sa.select(sa.exists(sa.select(users.c.id)))))
        )

    def add(
        self, name: str, password: str | None, role: str, managers: Iterable[str] | None = None,
        states: Iterable[str] | None = None, collections: Iterable[str] | None = None, email: str | None = None,
    ) -> Person:  # fmt: skip
        """Add a person; raise InputError for a name or an address that is taken, and for what cannot be used."""
        lists = {"managers": _list(managers), "states": _list(states), "collections": _list(collections)}
        made: dict[str, Any] = {
            "id": uuid.uuid4().hex, **_naming(name), "email": _email(email), "password": _password(password),
            "role": role, **lists, "created": now(),
        }  # fmt: skip
        scope_of(role, **lists)
        self._write(lambda connection: _insert(connection, made))
        return self.person(made["id"])

    def change(self, person: str, **changes: Any) -> Person:
        """Change name, password, role, managers, states, collections or email; what is not named stays.

        Raises UnknownName when there is no such person, InputError for what cannot be used. A new password or role
        ends the sessions of the person.
        """
        values = {key: value for name, given in changes.items() for key, value in _changed(name, given).items()}
        self._write(lambda connection: _update(connection, person, values))
        if {"password", "role"} & set(values):
            self.end_sessions(person)
        return self.account(person).person

    def disable(self, person: str) -> None:
        """Let somebody in no longer, with a password or a key; what they wrote stays."""
        self.change(person, disabled=now())
        self.end_sessions(person)

    def enable(self, person: str) -> None:
        """Let somebody in again."""
        self.change(person, disabled=None, failures=0, locked=None)

    def sign_in(self, name: str, password: str) -> Person:
        """Return the person of a name and password; raise InputError, the same whatever is wrong."""
        found = self._first(users.c.folded == _folded(name))
        fits = secrets.password_fits(found.password if found else None, password[:LONGEST_PASSWORD])
        if found is None:
            raise InputError(_REFUSED)
        open_ = found.disabled is None and (found.locked is None or found.locked <= now())
        if not (fits and open_):
            if open_:
                self.database.write(lambda connection: _failed(connection, found.id))
            raise InputError(_REFUSED)
        if found.failures:
            self.change(found.id, failures=0, locked=None)
        return person_of(found)

    def by_email(self, email: str) -> Person:
        """Return the person whose address a provider has confirmed; raise UnknownName when there is none."""
        found = self._first(sa.and_(users.c.email == _folded(email), users.c.disabled.is_(None)))
        if found is None:
            raise UnknownName(f"nobody with the address {email!r} has an account here; ask an administrator for one")
        return person_of(found)

    def person(self, person: str) -> Person:
        """Return the person of an id; raise UnknownName when there is none, or when they are let in no longer."""
        found = self.account(person)
        if found.disabled:
            raise UnknownName(f"the account of {found.person.name!r} is disabled; ask an administrator")
        return found.person

    def account(self, person: str) -> Account:
        """Return the account of an id; raise UnknownName when there is none."""
        found = self._first(users.c.id == person)
        if found is None:
            raise nobody(person)
        return _account(found)

    def named(self, name: str) -> Account:
        """Return the account of a name, whatever the case of its letters, or of an id; raise UnknownName for none."""
        found = self._first(users.c.folded == _folded(name))
        return _account(found) if found else self.account(name)

    def people(self) -> list[Account]:
        """Return everybody, by name."""
        query = sa.select(users).order_by(users.c.folded)
        return [_account(row) for row in self.database.rows(query)]

    def _write(self, work: Callable[[sa.Connection], None]) -> None:
        """Do some work; where somebody took the same name at the same moment, the second look says so."""
        try:
            self.database.write(work)
        except sa.exc.IntegrityError:
            self.database.write(work)

    def _first(self, which: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
        found: sa.Row[Any] | None = self.database.first(sa.select(users).where(which))
        return found


def _account(row: sa.Row[Any]) -> Account:
    disabled = row.disabled and written(row.disabled)
    return Account(
        person_of(row), row.email, row.managers, row.states, row.collections, disabled, written(row.created)
    )  # fmt: skip


def _insert(connection: sa.Connection, made: dict[str, Any]) -> None:
    _must_be_free(connection, made["id"], made)
    connection.execute(insert(connection, users).values(**made).on_conflict_do_nothing(index_elements=["id"]))


def _update(connection: sa.Connection, person: str, values: dict[str, Any]) -> None:
    """Change an account; what it would be is looked at as a whole, so that nobody is left who sees too much."""
    found = connection.execute(sa.select(users).where(users.c.id == person).with_for_update()).first()
    if found is None:
        raise nobody(person)
    lists = {name: values.get(name, getattr(found, name)) for name in _LISTS}
    scope_of(values.get("role", found.role), **lists)
    _must_be_free(connection, person, values)
    if values:
        connection.execute(sa.update(users).where(users.c.id == person).values(**values))


def _must_be_free(connection: sa.Connection, person: str, values: dict[str, Any]) -> None:
    """Refuse the name or the address of somebody else."""
    for column, said in ((users.c.folded, "name"), (users.c.email, "email")):
        wanted = values.get(column.name)
        others = sa.select(users.c.id).where(column == wanted, users.c.id != person, users.c.id != values.get("id"))
        if wanted is not None and connection.scalar(others):
            raise InputError(f"the {said} {values[said]!r} belongs to another account; take another one")


def _failed(connection: sa.Connection, person: str) -> None:
    """Count a failure; the account is locked for a while after so many, and then after each one."""
    count = users.c.failures + 1
    locked = sa.case((count >= MOST_FAILURES, sa.literal(now() + LOCKED, users.c.locked.type)), else_=users.c.locked)
    connection.execute(sa.update(users).where(users.c.id == person).values(failures=count, locked=locked))


def _changed(name: str, given: Any) -> dict[str, Any]:
    """Return the columns of one change."""
    if name == "name":
        return _naming(given)
    if name in _LISTS:
        return {name: _list(given)}
    made = {"password": _password, "email": _email}.get(name)
    if made is None and name not in ("role", "disabled", "failures", "locked"):
        raise InputError(f"an account has no {name!r}; it has name, password, role, email, {', '.join(_LISTS)}")
    return {name: made(given) if made else given}


def _naming(name: str) -> dict[str, str]:
    text = " ".join(name.split())
    if not text or len(text) > 200 or not text.isprintable() or _folded(text) == OWNER.id:
        raise InputError(f"{name!r} cannot be the name of a person; write another one, of 200 characters at most")
    return {"name": text, "folded": _folded(text)}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def _email(email: str | None) -> str | None:
    if not email:
        return None
    text = _folded(email)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise InputError(f"{email!r} is no address; write it as name@company.com")
    return text


def _password(password: str | None) -> str | None:
    if password is None:
        return None
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InputError(
            f"the password has {len(password)} characters, expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD};"
            " take a longer one, a sentence for example"
        )
    return secrets.password_hash(password)


def _list(names: Iterable[str] | None) -> list[str] | None:
    if isinstance(names, str):
        raise InputError(f"{names!r} is one text, expected a list of names; write it as [{names!r}]")
    return None if names is None else [name.strip() for name in names if name.strip()] or None
