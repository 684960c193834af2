"""Open an SQLite file that several threads and processes write to."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from crm_copilot.errors import OperatorError

_SECONDS = 30.0  # to wait for another writer


def connect(file: Path, **options: Any) -> sqlite3.Connection:
    """Return a connection with a write-ahead log; raise OperatorError for a file that is no database."""
    from filelock import FileLock

    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        # SQLite does not wait for another one that turns the log on at the same moment.
        with FileLock(f"{file}.lock", timeout=_SECONDS):
            connection: sqlite3.Connection = sqlite3.connect(file, timeout=_SECONDS, **options)
            connection.execute("PRAGMA journal_mode = WAL")
        return connection
    except (sqlite3.DatabaseError, OSError) as error:
        raise OperatorError(f"{file} cannot be used ({error}); move it away, or set CRM_HOME") from error
