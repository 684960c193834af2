"""Load a folder of files as the company's data: read, check, derive, write, and put in place whole.

    >>> info = load(Path("olist"), home)          # DataError names file, column and row, and what to do
    >>> data = ensure(home, data_dir=None)        # what is loaded, or else the demo company

Whatever goes wrong, the data that were in use stay in use. The version's name is the fingerprint of the
files' content and of the catalog: the same on every machine, wherever the files lie, so that loading the
same files again costs their checksums only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from crm_copilot.catalog.tables import Table, tables
from crm_copilot.data import checks, staging
from crm_copilot.data.dataset import DATABASE, DataInfo, Dataset, open_data
from crm_copilot.data.derived import derive
from crm_copilot.data.frames import write_frames, write_values
from crm_copilot.data.sources import Folder, find
from crm_copilot.data.store import Store
from crm_copilot.errors import DataError, OperatorError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Raised when this room writes other tables or files from the same input.
LAYOUT = 1


def load(directory: Path, home: Path) -> DataInfo:
    """Load the files of `directory` and make them the data in use under `home`.

    Raises:
        DataError: a file is missing or wrong; nothing has changed.
        OperatorError: the result cannot be written; nothing has changed.
    """
    folder, store = find(directory), Store(home)
    with store.locked():
        return _load(folder, store, label=None).info


def ensure(home: Path, data_dir: Path | None) -> Dataset:
    """Return data to work with: those of `data_dir`, else what is loaded, else the demo company.

    `data_dir` is loaded unless its files are those in use already, which their sizes and times of change
    tell, or failing that their content. What an earlier version of the product loaded is loaded again.

    Raises:
        DataError: `data_dir` cannot be loaded, or what is loaded is damaged.
        OperatorError: the result cannot be written.
    """
    data = None if data_dir else open_data(home)
    if data is None:
        return _demo(home) if data_dir is None else _loaded(data_dir, home)
    if data.info.catalog == catalog_version():
        return data
    return _demo(home) if data.info.demo else _loaded(Path(data.info.source), home)


# What is written beside the tables; data that were loaded in another form are loaded again.
FORMAT = 2


@cache
def catalog_version() -> str:
    """Return a short name for the present tables, columns, types, keys and references; words do not count."""
    declared = [
        (name, table.file, table.key, table.time, table.references, _columns(table)) for name, table in tables().items()
    ]
    return hashlib.sha256(repr((FORMAT, declared)).encode()).hexdigest()[:12]


def _columns(table: Table) -> list[tuple[str, str, bool, bool]]:
    return [(column.name, column.type, column.null, column.derived) for column in table.columns.values()]


def _loaded(directory: Path, home: Path) -> Dataset:
    """Return the data of a folder, loaded now unless they are in use."""
    folder, store = find(directory), Store(home)
    data = _in_use(folder, store)
    if data is None:
        with store.locked():
            data = _in_use(folder, store) or _load(folder, store, label=None)
    return data


def _demo(home: Path) -> Dataset:
    """Generate the demo company and load it, unless another process loaded something meanwhile."""
    from crm_copilot.data import demo

    store = Store(home)
    with store.locked():
        data = open_data(home)
        if data is None or data.info.catalog != catalog_version():
            with store.workspace() as workspace:
                demo.generate(workspace / "files")
                data = _load(find(workspace / "files"), store, label=demo.LABEL)
    return data


def _in_use(folder: Folder, store: Store) -> Dataset | None:
    """Return the data in use if they are of these files, as names, sizes and times of change tell."""
    entry = store.current()
    data = store.version(str(entry.get("fingerprint")))
    if data is None or data.info.catalog != catalog_version() or data.info.source != str(folder.directory):
        return None
    return data if entry.get("signature") == folder.signature() else None


def _load(folder: Folder, store: Store, label: str | None) -> Dataset:
    """Load under the lock; `label` names the demo company, which is no folder of the user's."""
    signature, checksums = folder.signature(), folder.checksums()
    fingerprint = _fingerprint(checksums)
    known = store.version(fingerprint)
    info = known.info if known else _made(folder, store, fingerprint, checksums)
    source = label or str(folder.directory)
    return store.use(replace(info, source=source, demo=label is not None, loaded_at=_now()), signature)


def _made(folder: Folder, store: Store, fingerprint: str, checksums: dict[str, str]) -> DataInfo:
    with store.workspace() as workspace:
        built = workspace / fingerprint
        built.mkdir()
        info = _build(folder, built, fingerprint, checksums)
        if folder.checksums() != checksums:
            raise DataError("files changed while they were read; load them again", file=str(folder.directory))
        store.keep(built, info)
    return info


def _fingerprint(checksums: dict[str, str]) -> str:
    parts = [LAYOUT, catalog_version(), sorted(checksums.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _build(folder: Folder, built: Path, fingerprint: str, checksums: dict[str, str]) -> DataInfo:
    import duckdb

    try:
        with duckdb.connect(built / DATABASE) as connection:
            _fill(connection, folder, built)
            loaded = [table for name, table in tables().items() if name in _names(connection)]
            write_frames(connection, loaded, built)
            write_values(connection, loaded, built)
            rows = {table.name: _count(connection, table.name) for table in loaded}
            period = _period(connection)
    except (duckdb.Error, OSError) as error:
        raise OperatorError(f"the data could not be written to {built.parent.parent}: {error}") from error
    return DataInfo(
        fingerprint=fingerprint,
        source=str(folder.directory),
        demo=False,
        loaded_at=_now(),
        period=period,
        rows=rows,
        catalog=catalog_version(),
        checksums=checksums,
        notes=_notes(folder),
    )


def _fill(connection: DuckDBPyConnection, folder: Folder, workspace: Path) -> None:
    for source in folder.sources:
        staging.stage(connection, source, workspace)
        checks.values_of(connection, source)
        staging.convert(connection, source)
        checks.rows_of(connection, source)
    checks.links_of(connection, {source.table.name: source for source in folder.sources})
    derive(connection)


def _names(connection: DuckDBPyConnection) -> set[str]:
    found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    return {name for (name,) in found}


def _count(connection: DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _period(connection: DuckDBPyConnection) -> tuple[date, date]:
    moments = "min(order_purchase_timestamp)::DATE, max(order_purchase_timestamp)::DATE"
    first, last = connection.execute(f"SELECT {moments} FROM orders").fetchone() or (date.min, date.min)
    return first, last


def _notes(folder: Folder) -> tuple[str, ...]:
    return tuple(
        f"{source.path.name}: column {name!r} is not known and was left out"
        for source in folder.sources
        for name in source.unknown
    )
