"""The records of a scope, read from the company's data, in order of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_copilot.tools.conversations.scope import Scope
from crm_copilot.understanding.parties import Parties

_FETCH = """
SELECT interaction_id, interaction_time, manager, coalesce(client_name, '?') AS client_name, kind, coalesce(text, ''),
       outcome
FROM interactions LEFT JOIN clients USING (client_id)
"""
_DAYS = "min(interaction_time)::DATE, max(interaction_time)::DATE"
_NAMES = """
SELECT DISTINCT 'manager', manager FROM interactions
UNION SELECT DISTINCT 'manager', account_manager FROM clients WHERE account_manager IS NOT NULL
UNION SELECT DISTINCT 'company', client_name FROM clients
"""
Connect = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One call, mail, meeting or note; `outcome` is "won" or "lost" where it ended a deal."""

    id: str
    time: datetime
    manager: str
    company: str
    kind: str
    text: str
    outcome: str | None = None


def parties_of(connect: Connect) -> Parties:
    """Return every manager and company of the data."""
    with connect() as data:
        rows = data.execute(_NAMES).fetchall()
    return Parties(sorted(n for s, n in rows if s == "manager"), sorted(n for s, n in rows if s == "company"))


def days_of(connect: Connect) -> tuple[date, date] | None:
    """Return the first and the last day of the records, None when there are none."""
    with connect() as data:
        first, last = data.execute(f"SELECT {_DAYS} FROM interactions").fetchone()
    return None if first is None else (first, last)


def fetch(connect: Connect, scope: Scope) -> list[Record]:
    """Return the records of the scope (without its topic), the oldest first."""
    tests: list[str] = []
    given: list[Any] = []
    for column, values in (("manager", scope.managers), ("client_name", scope.companies), ("kind", scope.kinds)):
        if values:
            tests.append(f"{column} IN ({_marks(values)})")
            given += values
    if scope.periods:
        tests.append("(" + " OR ".join("(interaction_time >= ? AND interaction_time < ?)" for _ in scope.periods) + ")")
        given += [day for period in scope.periods for day in (period.start, period.end)]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    with connect() as data:
        rows = data.execute(f"{_FETCH}{where} ORDER BY interaction_time, interaction_id", given).fetchall()
    return [Record(*row) for row in rows]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" for _ in values)


def texts_of(connect: Connect) -> list[str]:
    """Return the texts of all records."""
    with connect() as data:
        return [text for (text,) in data.execute("SELECT text FROM interactions WHERE text IS NOT NULL").fetchall()]
