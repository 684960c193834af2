"""The steps of the graph in PostgreSQL: LangGraph's own saver, which waits while the server restarts.

Imported only where there is a PostgreSQL. Every step may be written twice over: it is the same then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg import Connection, OperationalError
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from crm_copilot.errors import OperatorError
from crm_copilot.storage.database import PATIENCE_SECONDS, patiently

_MOST_CONNECTIONS = 8
T = TypeVar("T")


class PatientSaver(PostgresSaver):
    """Writes and reads steps; raises OperatorError when the server does not come back."""

    def __init__(self, conninfo: str) -> None:
        options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            conninfo, kwargs=options, min_size=1, max_size=_MOST_CONNECTIONS, open=True,
            check=ConnectionPool.check_connection, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        super().__init__(self._pool)

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the last step of a run."""
        return _wait(lambda: super(PatientSaver, self).get_tuple(config))

    def put(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:  # fmt: skip
        """Write a step."""
        return _wait(lambda: super(PatientSaver, self).put(config, checkpoint, metadata, new_versions))

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write what the nodes of a step have changed."""
        _wait(lambda: super(PatientSaver, self).put_writes(config, writes, task_id, task_path))

    def delete_thread(self, thread_id: str) -> None:
        """Forget the steps of a run."""
        _wait(lambda: super(PatientSaver, self).delete_thread(thread_id))

    def threads(self) -> list[str]:
        """Return the runs whose steps are kept."""
        with self._pool.connection() as connection:
            return [row["thread_id"] for row in connection.execute("SELECT DISTINCT thread_id FROM checkpoints")]


def _wait(work: Callable[[], T]) -> T:
    try:
        return patiently(work, lambda error: isinstance(error, OperationalError))
    except OperationalError as error:
        said = str(error).strip().partition("\n")[0]
        raise OperatorError(f"the steps of the question cannot be stored ({said}); start the database") from error
