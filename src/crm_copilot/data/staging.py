"""Files into tables: first as text, as they are written, then with the types of the catalog.

The text comes first so that a cell which is no date is found with its row, and named, before anything
is cast. Rows keep the order of the file: the row ids of both tables count the records from 0.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from crm_copilot.catalog.tables import Column, ColumnType
from crm_copilot.data import tabular
from crm_copilot.data.sources import Source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL_TYPES: dict[ColumnType, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "category": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "boolean": "BOOLEAN",
}

# DuckDB's casts also take "infinity", "0x10" and "1_000", drop the offset of "10:00+02" and round
# "3.5" to an integer. In a file of sales each of these is a mistake, so the form is checked as well.
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
WHOLE = r"[+-]?\d{1,15}(\.0*)?"
MOMENT = r"(19|20|21)\d\d-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?UTC|Z|\+00(:?00)?)?)?"
FORMS: dict[ColumnType, str] = {
    "number": NUMBER,
    "integer": WHOLE,
    "timestamp": MOMENT,
    "date": MOMENT,
    "boolean": r"(?i)true|false|yes|no|t|f|y|n|1|0",
}
THROUGH: dict[ColumnType, tuple[str, ...]] = {"integer": ("DOUBLE",), "date": ("TIMESTAMP",)}


def stage(connection: DuckDBPyConnection, source: Source, workspace: Path) -> None:
    """Read the file into the temporary table `raw_<table>`, every column as text, empty cells as NULL.

    What DuckDB's reader cannot take though it is sound (mixed line ends, JSON) is written anew into
    `workspace` first.

    Raises:
        DataError: the file's shape is wrong, see `Source.shape`.
    """
    expected = source.shape.records
    if source.path.suffix == ".json" or _read(connection, source, source.path) != expected:
        plain = workspace / f"{source.table.name}.csv"
        _rewrite(source, plain)
        _read(connection, source, plain)
        plain.unlink()


def convert(connection: DuckDBPyConnection, source: Source) -> None:
    """Make the table `<table>` from `raw_<table>`, typed, in the order of the catalog's columns."""
    name = source.table.name
    columns = ", ".join(f"{cast(column)} AS {quoted(column.name)}" for column in source.columns)
    connection.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM raw_{name}")
    connection.execute(f"DROP TABLE raw_{name}")


def cast(column: Column) -> str:
    """Return the SQL that reads the column's text as its type, NULL where that cannot be done."""
    text = quoted(column.name)
    form = FORMS.get(column.type)
    if form is None:
        return text
    value = f"trim({text})"
    for sql_type in (*THROUGH.get(column.type, ()), SQL_TYPES[column.type]):
        value = f"TRY_CAST({value} AS {sql_type})"
    return f"CASE WHEN regexp_full_match(trim({text}), '{form}') THEN {value} END"


def quoted(name: str) -> str:
    """Return a column's name as SQL takes it whatever words SQL keeps for itself."""
    return f'"{name}"'


def _read(connection: DuckDBPyConnection, source: Source, path: Path) -> int:
    """Return the number of records read, or -1 when DuckDB does not take the file."""
    import duckdb

    raw, known = f"raw_{source.table.name}", [column.name for column in source.columns]
    texts = {column.name for column in source.columns if column.type == "text"}
    heading = enumerate(source.shape.heading)
    columns = {name if name in known else f"unknown {place}": "VARCHAR" for place, name in heading}
    there = set(source.shape.heading)
    cells = ", ".join(_cell(name, is_text=name in texts) if name in there else _none(name) for name in known)
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {raw} AS SELECT {cells} FROM read_csv(?, columns = ?, "
            """header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', parallel = false)""",
            [str(path), columns],
        )
        counted = connection.execute(f"SELECT count(*) FROM {raw}").fetchone()
    except duckdb.InvalidInputException:
        return -1
    return int(counted[0]) if counted else -1


def _cell(name: str, *, is_text: bool) -> str:
    """Return a cell, NULL where it is empty; what people wrote is kept as it is, blanks too."""
    column = quoted(name)
    return f"CASE WHEN {column if is_text else f'trim({column})'} <> '' THEN {column} END AS {column}"


def _none(name: str) -> str:
    """Return the cell of an optional column that the file does not have."""
    return f"NULL::VARCHAR AS {quoted(name)}"


def _rewrite(source: Source, plain: Path) -> None:
    with plain.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(source.shape.heading)
        width = len(source.shape.heading)
        writer.writerows(cells for _, cells in tabular.rectangular(source.path, width))
