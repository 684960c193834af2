"""Who did what: who asked, which code ran, who signed in, what an administrator changed. Never a row of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from crm_copilot.storage.columns import now, written
from crm_copilot.storage.database import Database
from crm_copilot.storage.schema import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did; `person` is their id, `at` a moment in UTC."""

    at: str
    person: str
    action: str
    turn: str | None
    code: str | None
    detail: str


class Audit:
    """The audit log: entries are added and read, and go only by age or with the person they are about."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, person: str, action: str, *, turn: str | None = None, code: str | None = None, detail: str = ""
    ) -> None:
        """Write down that a person did something; it is stored when this returns."""
        entry = {"at": now(), "person": person, "action": action, "turn": turn, "code": code, "detail": detail}
        self._database.write(lambda connection: connection.execute(sa.insert(audit).values(**entry)))

    def entries(self, since: datetime | None = None, person: str | None = None, limit: int = 100) -> list[Entry]:
        """Return the entries since a moment, of one person or of all, the last one first."""
        found = sa.select(*[audit.c[name] for name in Entry.__slots__]).order_by(audit.c.at.desc(), audit.c.id.desc())
        if since is not None:
            found = found.where(audit.c.at >= since)
        if person is not None:
            found = found.where(audit.c.person == person)
        return [Entry(written(row[0]), *row[1:]) for row in self._database.rows(found.limit(limit))]
