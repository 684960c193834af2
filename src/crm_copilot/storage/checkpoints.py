"""Where the graph writes down each step, so that a question can be taken up again: LangGraph's own tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_copilot.storage.database import Database, write_ahead

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver


def checkpointer(database: Database, file: Path) -> BaseCheckpointSaver[str]:
    """Return what keeps the steps: beside the conversations in PostgreSQL, else in an SQLite file of their own."""
    return _in_file(file) if database.file else _on_server(database)


def close(saver: Any) -> None:
    """Let go of the connections."""
    saver.conn.close()


def _in_file(file: Path) -> BaseCheckpointSaver[str]:
    from langgraph.checkpoint.sqlite import SqliteSaver

    write_ahead(file)
    return SqliteSaver(sqlite3.connect(file, timeout=30, check_same_thread=False))


def _on_server(database: Database) -> BaseCheckpointSaver[str]:
    from crm_copilot.storage.server_checkpoints import PatientSaver

    saver = PatientSaver(database.conninfo)
    database.alone(saver.setup)
    return saver


def runs(saver: Any) -> list[str]:
    """Return the ids of the runs of the graph whose steps are kept."""
    if hasattr(saver, "threads"):
        return list(saver.threads())
    with saver.cursor(transaction=False) as cursor:
        return [run for (run,) in cursor.execute("SELECT DISTINCT thread_id FROM checkpoints")]


def forget(saver: Any, gone: Iterable[str]) -> None:
    """Forget the steps of some runs of the graph."""
    for run in gone:
        saver.delete_thread(run)
