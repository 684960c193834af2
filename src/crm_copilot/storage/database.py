"""An SQLite file or a PostgreSQL database that several threads and processes write to.

What is written is there when `write` returns, or not at all. A connection that breaks (the server was restarted) is
tried again for a while, so whatever is written may be written twice over and must be the same then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from crm_copilot.errors import OperatorError, SettingsError

_SECONDS = 30.0  # to wait for another writer of a file
LOCK = 0x63726D  # "crm", of PostgreSQL's advisory locks
_CONNECT_SECONDS = 5  # to wait for a server
_QUIET: dict[str, Any] = {"hide_parameters": True}  # what people wrote stands in no error and no log
PATIENCE_SECONDS = 30.0  # for a server that was there before
_UNUSABLE = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError)
T = TypeVar("T")
Work = Callable[[sa.Connection], T]


class Database:
    """A database by its address: `sqlite:///file` or `postgresql://user:password@host/name`."""

    def __init__(self, url: str | sa.URL) -> None:
        found = _address(url)
        self.file = Path(found.database or "") if found.drivername.startswith("sqlite") else None
        self.name = str(self.file) if self.file else _named(found)
        self.engine = _engine_of_file(self.file) if self.file else _engine_of_server(found)
        self._writing = self.engine.execution_options(begins="BEGIN IMMEDIATE")
        self.once(lambda connection: connection.execute(sa.select(1)))

    @classmethod
    def of_file(cls, file: Path) -> Database:
        """Return the SQLite database in a file, which is made when it is not there."""
        return cls(sa.URL.create("sqlite", database=str(file)))

    def read(self, work: Work[T]) -> T:
        """Return what some work finds."""
        return self._patiently(work, write=False)

    def write(self, work: Work[T]) -> T:
        """Do some work and return what it gives; all of it is stored then, or none if it raises."""
        return self._patiently(work, write=True)

    def rows(self, query: sa.Executable) -> list[Any]:
        """Return what a query finds."""
        return self.read(lambda connection: list(connection.execute(query)))

    def first(self, query: sa.Executable) -> Any:
        """Return the first row that a query finds, None when it finds none."""
        return self.read(lambda connection: connection.execute(query).first())

    def once(self, work: Work[T], *, write: bool = False) -> T:
        """Do some work without trying again; raise OperatorError when the database cannot be used."""
        try:
            with (self._writing if write else self.engine).begin() as connection:
                return work(connection)
        except _UNUSABLE as error:
            raise OperatorError(self._said(error)) from error
        except sa.exc.StatementError as error:
            if isinstance(error.orig, ValueError):  # a value that cannot be written, as NaN
                raise error.orig from error
            raise

    @property
    def conninfo(self) -> str:
        """The address of a server as psycopg reads it, with its password."""
        from psycopg.conninfo import make_conninfo

        url = self.engine.url
        return make_conninfo(**url.translate_connect_args(username="user", database="dbname"), **dict(url.query))  # type: ignore[arg-type]

    def alone(self, work: Callable[[], T]) -> T:
        """Do some work on a server while no other process does some so: making tables that others make as well.

        Nobody waits inside of a statement: an index that is made CONCURRENTLY waits for all of those to end.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK))):
                time.sleep(0.1)
            try:
                return work()
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    def _patiently(self, work: Work[T], *, write: bool) -> T:
        return patiently(lambda: self.once(work, write=write), lambda error: self._is_gone(error.__cause__))

    def _is_gone(self, error: BaseException | None) -> bool:
        """Whether the server does not answer now: it breaks off, starts, or refuses connections."""
        lost = isinstance(error, sa.exc.OperationalError) and self.file is None
        return lost and "authentication failed" not in str(error) and "does not exist" not in str(error)

    def _said(self, error: sa.exc.DBAPIError) -> str:
        first = str(error.orig).strip().partition("\n")[0]
        reason = first.rpartition("failed: ")[2].removeprefix("FATAL:").strip() or type(error.orig).__name__
        place = self.name if self.file else f"the database {self.name}"
        repair = next((repair for words, repair in _REPAIRS.items() if words in reason), "")
        otherwise = "move it away, or set CRM_HOME" if self.file else "start it, or correct CRM_DATABASE_URL"
        return f"{place} cannot be used ({reason}); {repair or otherwise}"


_REPAIRS = {
    "authentication failed": "correct the user or the password in CRM_DATABASE_URL",
    "does not exist": "create it with createdb, or correct CRM_DATABASE_URL",
    "permission denied": "let its user make tables, or correct CRM_DATABASE_URL",
    "starting up": "wait until it has started, and try again",
    "is locked": "another process writes to it; try again",
    "full": "make room on the disk",
    "readonly": "let this user write to it, or set CRM_HOME",
}


def patiently(work: Callable[[], T], is_gone: Callable[[BaseException], bool]) -> T:
    """Return what some work gives, trying again for a while as long as its error says that the server is gone."""
    until, pause = time.monotonic() + PATIENCE_SECONDS, 0.1
    while True:
        try:
            return work()
        except Exception as error:
            if not is_gone(error) or time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(2 * pause, 1.0)


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """Return an INSERT that can say what happens on conflict, which each database has in a form of its own."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as made
    else:
        from sqlalchemy.dialects.sqlite import insert as made  # type: ignore[assignment]
    return made(table)


def _address(url: str | sa.URL) -> sa.URL:
    """Return the address; raise SettingsError, which never shows a password, for one that cannot be used."""
    try:
        found = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise SettingsError(f"CRM_DATABASE_URL is no address of a database; {_EXPECTED}") from None
    scheme = found.drivername.partition("+")[0]
    if scheme in ("postgres", "postgresql"):
        return found.set(drivername="postgresql+psycopg")
    if scheme == "sqlite" and found.database and found.database != ":memory:":
        return found
    raise SettingsError(f"CRM_DATABASE_URL begins with {scheme!r}; {_EXPECTED}")


_EXPECTED = "expected postgresql://user:password@host:5432/name, or sqlite:///folder/file.sqlite"


def _named(url: sa.URL) -> str:
    place = url.host or url.query.get("host") or "localhost"
    return f"{url.database or url.username} on {place}:{url.port or 5432}"


def _engine_of_server(url: sa.URL) -> sa.Engine:
    options = {"connect_timeout": _CONNECT_SECONDS, "application_name": "crm-copilot"}
    return sa.create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=24, connect_args=options, **_QUIET)


def _engine_of_file(file: Path) -> sa.Engine:
    """Return an engine that begins its transactions itself: the driver begins only when something is written."""
    write_ahead(file)
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(file)), connect_args={"timeout": _SECONDS}, **_QUIET)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begins", "BEGIN"))

    return engine


def write_ahead(file: Path) -> None:
    """Turn the write-ahead log of a file on; raise OperatorError for a file that is no database."""
    import sqlite3

    from filelock import FileLock

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # SQLite does not wait for another one that turns the log on at the same moment.
        with FileLock(f"{file}.lock", timeout=_SECONDS):
            connection = sqlite3.connect(file, timeout=_SECONDS)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
    except (sqlite3.DatabaseError, OSError) as error:
        raise OperatorError(f"{file} cannot be used ({error}); move it away, or set CRM_HOME") from error
