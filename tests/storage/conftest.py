"""The tests of the store run over both databases, over SQLite in a file and over a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres import PostgresServer

from crm_copilot.storage import Database, Store, checkpoints, migrate
from crm_copilot.storage.schema import metadata

STEPS = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def migrated(postgres: PostgresServer) -> Iterator[str]:
    """The address of one PostgreSQL database with the present schema, for the whole run."""
    name = postgres.new_database()
    database = Database(postgres.url(name))
    migrate(database)
    checkpoints.close(checkpoints.checkpointer(database, Path()))
    database.close()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without rows: a new file, or a PostgreSQL that is emptied."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/conversations.sqlite"
    url = str(request.getfixturevalue("migrated"))
    database = Database(url)
    tables = ", ".join([*(table.name for table in metadata.sorted_tables), *STEPS])
    database.write(lambda connection: connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    database.close()
    return url


@pytest.fixture
def opened(place: str) -> Iterator[Callable[[], Database]]:
    """Open the database, each time as another process does."""
    found: list[Database] = []

    def once_more() -> Database:
        found.append(Database(place))
        migrate(found[-1])
        return found[-1]

    yield once_more
    for database in found:
        database.close()


@pytest.fixture
def store(opened: Callable[[], Database]) -> Store:
    return Store(opened())
