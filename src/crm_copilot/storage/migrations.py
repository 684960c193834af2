"""The schema of the conversation store, as numbered steps that are applied once and never edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

STEPS: Sequence[str] = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
    );
    CREATE TABLE turns (
        id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
        position INTEGER NOT NULL, message TEXT NOT NULL, status TEXT NOT NULL, parts TEXT NOT NULL DEFAULT '[]',
        answer TEXT, owner TEXT NOT NULL, created TEXT NOT NULL, finished TEXT,
        UNIQUE (conversation, position)
    );
    CREATE TABLE ratings (
        id INTEGER PRIMARY KEY, turn TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, part INTEGER NOT NULL,
        thumbs INTEGER CHECK (thumbs IN (0, 1)), stars INTEGER CHECK (stars BETWEEN 1 AND 5),
        comment TEXT NOT NULL DEFAULT '', created TEXT NOT NULL
    );
    CREATE INDEX turns_by_status ON turns (status);
    CREATE INDEX ratings_by_turn ON ratings (turn, part);
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that the database does not have yet; each in one transaction with its number."""
    (done,) = connection.execute("PRAGMA user_version").fetchone()
    for number, step in enumerate(STEPS[done:], done + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;")
