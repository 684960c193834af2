"""Bring a database to the present schema; one that is there already costs one query, and Alembic is not imported.

The files that the product wrote before it used Alembic count their steps in `user_version`: its first two revisions
are those steps. The number is still kept, so that an older version refuses a newer file.
"""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa

from crm_copilot.errors import InputError
from crm_copilot.storage.database import LOCK, Database
from crm_copilot.storage.schema import REVISION

_HERE = Path(__file__).parent
_one_at_a_time = threading.Lock()  # Alembic keeps what it works on in globals


def migrate(database: Database, target: str = REVISION) -> None:
    """Apply the revisions that a database does not have yet, all of them or none.

    Raises InputError for a database that a newer version of the product has written to.
    """
    if database.once(standing) == target:
        return
    with _one_at_a_time:
        database.once(lambda connection: _upgrade(connection, database.name, target), write=True)


def standing(connection: sa.Connection) -> str | None:
    """Return the last revision that a database has, None for an empty one."""
    if sa.inspect(connection).has_table("alembic_version"):
        return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))
    if connection.dialect.name == "sqlite" and (version := connection.scalar(sa.text("PRAGMA user_version"))):
        return f"{version:04}"
    return None


def _upgrade(connection: sa.Connection, name: str, target: str) -> None:
    """Read again where it stands, now that nobody else can write: another process may have been first."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    found = standing(connection)
    if found is not None and found > REVISION:
        raise InputError(
            f"{name} was written by a newer version of this product; update it, or set CRM_HOME or CRM_DATABASE_URL"
        )
    if found != target:
        _apply(connection, found, target)


def _apply(connection: sa.Connection, found: str | None, target: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    if found is not None and not sa.inspect(connection).has_table("alembic_version"):
        command.stamp(config, found)
    command.upgrade(config, target)
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text(f"PRAGMA user_version = {int(target)}"))
