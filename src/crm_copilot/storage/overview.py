"""What happened in a while, of everybody: for an administrator's page, the same that Grafana reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from crm_copilot.storage.columns import written
from crm_copilot.storage.database import Database
from crm_copilot.storage.ratings import IN_FORCE
from crm_copilot.storage.schema import attempts, ratings, runs, turns, users
from crm_copilot.watching.reasons import ENDED, reason_of


@dataclass(frozen=True, slots=True)
class Run:
    """What one question took; `seconds` to its answer, `created` in UTC."""

    created: datetime
    person: str
    model: str
    writer: str | None
    outcome: str
    confidence: float | None
    attempts: int
    seconds: float
    cached: bool
    tokens_in: int | None
    tokens_out: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the last messages, with the name of who asked; `at` in UTC."""

    at: str
    person: str
    question: str
    outcome: str
    answer: str


class Overview:
    """Reads what happened since a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self, since: datetime) -> list[Run]:
        """Return what each question took, oldest first."""
        found = (
            sa.select(*[runs.c[name] for name in Run.__slots__]).where(runs.c.created >= since).order_by(runs.c.created)
        )
        return [Run(**row._mapping) for row in self._database.rows(found)]

    def last(self, limit: int = 20) -> list[Asked]:
        """Return the last messages, the newest first."""
        who = sa.func.coalesce(users.c.name, turns.c.person).label("name")
        found = sa.select(turns.c.created, who, turns.c.message, turns.c.status, turns.c.answer)
        found = found.outerjoin(users, users.c.id == turns.c.person).order_by(turns.c.created.desc()).limit(limit)
        return [
            Asked(written(row.created), row.name, row.message, row.status, (row.answer or {}).get("answer", ""))
            for row in self._database.rows(found)
        ]

    def thumbs(self, since: datetime) -> tuple[int, int]:
        """Return how many answers have a thumb up and how many one down: the last rating of each counts."""
        found = sa.select(ratings.c.thumbs).where(IN_FORCE, ratings.c.created >= since)
        count = Counter(row[0] for row in self._database.rows(found))
        return count[1], count[0]

    def ended(self, since: datetime) -> dict[str, int]:
        """Return how many programs the sandbox put an end to, by how."""
        found = sa.select(attempts.c.status, sa.func.count()).join(turns, turns.c.id == attempts.c.turn)
        found = found.where(turns.c.created >= since, attempts.c.status.in_(ENDED)).group_by(attempts.c.status)
        return dict.fromkeys(ENDED, 0) | {row[0]: row[1] for row in self._database.rows(found)}

    def declines(self, since: datetime) -> dict[str, int]:
        """Return how many questions were declined, by the kind of reason, the most frequent first."""
        found = sa.select(turns.c.answer).where(turns.c.created >= since, turns.c.answer.is_not(None))
        results = [result for row in self._database.rows(found) for result in row[0]["results"]]
        return dict(Counter(reason_of(result) for result in results if result["status"] == "declined").most_common())

    def names(self) -> dict[str, str]:
        """Return the names of the people by their ids."""
        return {row.id: row.name for row in self._database.rows(sa.select(users.c.id, users.c.name))}
