"""Tables out of the database: one Arrow file each for the sandbox, and the values that the retriever links.

An Arrow file is uncompressed and holds one batch, so that it can be mapped into memory. Read by pyarrow
into pandas it gives the columns of the catalog in their order, as analysts expect them:

    id, text, category   str, NaN where empty
    integer              int64, or float64 with NaN where some are empty
    number               float64
    timestamp, date      datetime64[us], NaT where empty (a date is its midnight)
    boolean              the nullable `boolean`, NA where empty, so that a frame can be filtered by it
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_copilot.catalog.tables import Table
from crm_copilot.data.dataset import FRAMES, VALUES
from crm_copilot.data.staging import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TIMES = ("timestamp", "date")


def write_frames(connection: DuckDBPyConnection, tables: list[Table], directory: Path) -> None:
    """Write each table to `directory`/frames/<table>.arrow."""
    import pyarrow as arrow

    (directory / FRAMES).mkdir()
    connection.execute("SET arrow_large_buffer_size = true")
    for table in tables:
        found = connection.sql(f"SELECT {_columns(table)} FROM main.{table.name}").to_arrow_table()
        found = found.replace_schema_metadata({"pandas": json.dumps(_pandas(table))}).combine_chunks()
        with arrow.ipc.new_file(str(directory / FRAMES / f"{table.name}.arrow"), found.schema) as writer:
            writer.write_table(found)


_TRANSLATIONS = """
SELECT DISTINCT product_category_name, product_category FROM main.products
WHERE product_category IS NOT NULL AND product_category_name IS NOT NULL ORDER BY 1
"""


def write_values(connection: DuckDBPyConnection, tables: list[Table], directory: Path) -> None:
    """Write `directory`/values.json: values of the categories with counts, spans of the times, category names."""
    known = {
        "values": {table.name: _counts(connection, table) for table in tables},
        "times": {table.name: _spans(connection, table) for table in tables},
        "translations": dict(connection.execute(_TRANSLATIONS).fetchall()) if _has_categories(tables) else {},
    }
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    (directory / VALUES).write_text(text, "utf-8")


def _has_categories(tables: list[Table]) -> bool:
    return any(table.name == "products" and "product_category_name" in table.columns for table in tables)


def _columns(table: Table) -> str:
    return ", ".join(
        f"{quoted(column.name)}::TIMESTAMP AS {quoted(column.name)}" if column.type == "date" else quoted(column.name)
        for column in table.columns.values()
    )


def _pandas(table: Table) -> dict[str, Any]:
    """Return the metadata by which pyarrow makes a nullable column of a boolean."""
    booleans = [name for name, column in table.columns.items() if column.type == "boolean"]
    described = [
        {"name": name, "field_name": name, "pandas_type": "bool", "numpy_type": "boolean", "metadata": None}
        for name in booleans
    ]
    return {"index_columns": [], "column_indexes": [], "columns": described, "pandas_version": "3.0.0"}


def _counts(connection: DuckDBPyConnection, table: Table) -> dict[str, dict[str, int]]:
    names = [name for name, column in table.columns.items() if column.type == "category"]
    return {name: dict(connection.execute(_distinct(table.name, quoted(name))).fetchall()) for name in names}


def _distinct(table: str, column: str) -> str:
    return (
        f"SELECT {column}, count(*) AS times FROM main.{table} WHERE {column} IS NOT NULL "
        f"GROUP BY {column} ORDER BY times DESC, {column}"
    )


def _spans(connection: DuckDBPyConnection, table: Table) -> dict[str, tuple[str, str]]:
    spans = {}
    for name in (name for name, column in table.columns.items() if column.type in TIMES):
        found = connection.execute(f"SELECT min({quoted(name)}), max({quoted(name)}) FROM main.{table.name}")
        first, last = found.fetchone() or (None, None)
        if first is not None:
            spans[name] = (first.isoformat(), last.isoformat())
    return spans
