"""One server for all tests of the deployment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .serving import Served

if TYPE_CHECKING:
    from postgres import PostgresServer


@pytest.fixture(scope="package")
def served(postgres: PostgresServer, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`crm serve` over PostgreSQL, with what an hour of work leaves behind."""
    database = postgres.new_database()
    with Served(postgres.url(database), demo_home, tmp_path_factory.mktemp("served") / "log") as server:
        yield server
    postgres.drop(database)
