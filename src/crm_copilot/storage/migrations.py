"""The schema of the conversation store, as numbered steps that are applied once and never edited.

A semicolon ends a statement, so none may stand within a text.
"""

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
    """
    CREATE TABLE examples (
        id INTEGER PRIMARY KEY AUTOINCREMENT, turn TEXT NOT NULL REFERENCES turns ON DELETE CASCADE,
        part INTEGER NOT NULL, question TEXT NOT NULL, plan TEXT, code TEXT NOT NULL, data TEXT NOT NULL,
        embedded TEXT NOT NULL, vector BLOB NOT NULL, embedder TEXT NOT NULL, scope TEXT NOT NULL DEFAULT 'all',
        dropped TEXT, created TEXT NOT NULL, UNIQUE (turn, part, question)
    )
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that the database does not have yet, all of them or none."""
    if _version(connection) >= len(STEPS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again now that nobody else can write: another process may have been first.
        for number, step in enumerate(STEPS[_version(connection) :], _version(connection) + 1):
            for statement in step.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
