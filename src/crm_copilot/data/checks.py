"""What must hold in the files' values; what does not is named with file, column and row.

`values_of` looks at the text as it was written, `rows_of` at a table once it is typed, `links_of` at
all tables once they are there. Each raises DataError for the first problem that it finds, with the
number of further ones of the same kind and what to do about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crm_copilot.catalog.tables import ColumnType, Reference, tables
from crm_copilot.data import tabular
from crm_copilot.data.sources import Source
from crm_copilot.data.staging import cast, quoted
from crm_copilot.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What a cell is not when it cannot be read, and how to write it.
EXPECTED: dict[ColumnType, tuple[str, str]] = {
    "integer": ("a whole number", "write it like 3"),
    "number": ("a number", "write it like 1234.50, without unit and without commas"),
    "timestamp": ("a date", "write it like 2018-03-31 17:05:00, without time zone"),
    "date": ("a date", "write it like 2018-03-31"),
    "boolean": ("true or false", "write one of the two or leave it empty"),
}

NOT_NEGATIVE = (0.0, None)
FROM_ONE = (1.0, None)

# Only what is wrong in any shop: Olist itself has weights, payments and instalments of 0.
LIMITS: dict[str, dict[str, tuple[float, float | None]]] = {
    "order_items": {"order_item_id": FROM_ONE, "price": NOT_NEGATIVE, "freight_value": NOT_NEGATIVE},
    "products": {
        "product_photos_qty": NOT_NEGATIVE,
        "product_weight_g": NOT_NEGATIVE,
        "product_length_cm": NOT_NEGATIVE,
        "product_height_cm": NOT_NEGATIVE,
        "product_width_cm": NOT_NEGATIVE,
    },
    "payments": {
        "payment_sequential": FROM_ONE,
        "payment_installments": NOT_NEGATIVE,
        "payment_value": NOT_NEGATIVE,
    },
    "reviews": {"review_score": (1.0, 5.0)},
    "geolocation": {"geolocation_lat": (-90.0, 90.0), "geolocation_lng": (-180.0, 180.0)},
    "deals": {"declared_product_catalog_size": NOT_NEGATIVE, "declared_monthly_revenue": NOT_NEGATIVE},
}


def values_of(connection: DuckDBPyConnection, source: Source) -> None:
    """Check each cell of `raw_<table>`: there where it must be, and readable as its type."""
    conditions = {}
    for column in source.columns:
        cell = quoted(column.name)
        conditions[column.name, "empty"] = "FALSE" if column.null else f"{cell} IS NULL"
        conditions[column.name, "unreadable"] = f"{cell} IS NOT NULL AND {cast(column)} IS NULL"
    found = _first(connection, f"raw_{source.table.name}", conditions)
    if found is None:
        return
    (name, kind), index, others = found
    problem, repair = f"is empty, and every {source.table.row} needs it", "fill it in or remove the row"
    if kind == "unreadable":
        text = _cell(connection, f"raw_{source.table.name}", name, index)
        what, repair = EXPECTED[source.table.column(name).type]
        problem = f"{_short(text)} is not {what}"
    raise _error(source, name, index, problem, others, repair)


def rows_of(connection: DuckDBPyConnection, source: Source) -> None:
    """Check a typed table: numbers within their limits, and no key twice."""
    limits = LIMITS.get(source.table.name, {})
    conditions = {(name, "limit"): _outside(name, *limits[name]) for name in limits}
    found = _first(connection, source.table.name, conditions) if conditions else None
    if found is not None:
        (name, _), index, others = found
        value = _cell(connection, source.table.name, name, index)
        problem = f"{value} is {_range(*limits[name])}"
        raise _error(source, name, index, problem, others, "correct it or remove the row")
    if source.table.key:
        _unique(connection, source)


def links_of(connection: DuckDBPyConnection, sources: Mapping[str, Source]) -> None:
    """Check that whatever a row refers to is there, for each reference that the catalog declares."""
    for source in sources.values():
        for reference in source.table.references:
            if reference.table not in sources:
                needed = tables()[reference.table].file
                problem = f"refers to {needed}, which is not there; add that file or remove this one"
                raise DataError(problem, file=source.path.name, column=reference.column)
            _linked(connection, source, reference, sources[reference.table].path.name)


def _linked(connection: DuckDBPyConnection, source: Source, link: Reference, target_file: str) -> None:
    row = connection.execute(
        f"SELECT min(one.rowid), count(*) FROM {source.table.name} AS one "
        f"WHERE {link.column} IS NOT NULL AND NOT EXISTS "
        f"(SELECT 1 FROM {link.table} AS other WHERE other.{link.target} = one.{link.column})"
    ).fetchone()
    if row is None or row[0] is None:
        return
    value = _cell(connection, source.table.name, link.column, row[0])
    problem, repair = (
        f"{_short(value)} is not in {target_file}",
        f"add it there or remove the {source.table.row}",
    )
    raise _error(source, link.column, row[0], problem, row[1] - 1, repair)


def _unique(connection: DuckDBPyConnection, source: Source) -> None:
    key = ", ".join(map(quoted, source.table.key))
    row = connection.execute(
        f"SELECT min(again), sum(times - 1), arg_min(first, again) FROM (SELECT min(rowid) AS first, "
        f"list_sort(list(rowid))[2] AS again, count(*) AS times FROM {source.table.name} "
        f"GROUP BY {key} HAVING count(*) > 1)"
    ).fetchone()
    if row is None or row[0] is None:
        return
    values = [_short(_cell(connection, source.table.name, name, row[0])) for name in source.table.key]
    problem = f"{', '.join(values)} is already in row {tabular.locate(source.path, row[2])}"
    raise _error(source, ", ".join(source.table.key), row[0], problem, int(row[1]) - 1, "remove one of the two")


def _first(
    connection: DuckDBPyConnection, table: str, conditions: Mapping[tuple[str, str], str]
) -> tuple[tuple[str, str], int, int] | None:
    """Return which condition holds first in the order of the rows, in which row, and how often more."""
    parts = [f"min(rowid) FILTER ({test}), count(*) FILTER ({test})" for test in conditions.values()]
    row = connection.execute(f"SELECT {', '.join(parts)} FROM {table}").fetchone() or ()
    found = [(row[2 * place], which, row[2 * place + 1]) for place, which in enumerate(conditions)]
    hits = [(index, which, count) for index, which, count in found if index is not None]
    if not hits:
        return None
    index, which, count = min(hits, key=lambda hit: hit[0])
    return which, index, count - 1


def _cell(connection: DuckDBPyConnection, table: str, column: str, index: int) -> object:
    row = connection.execute(f"SELECT {quoted(column)} FROM {table} WHERE rowid = ?", [index]).fetchone()
    return row[0] if row else None


def _outside(name: str, low: float, high: float | None) -> str:
    return f"{name} < {low}" if high is None else f"({name} < {low} OR {name} > {high})"


def _range(low: float, high: float | None) -> str:
    return f"below {low:g}" if high is None else f"not between {low:g} and {high:g}"


def _short(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _error(source: Source, column: str, index: int, problem: str, others: int, repair: str) -> DataError:
    row = tabular.locate(source.path, index)
    text = f"{problem}{tabular.further(others)}; {repair}"
    return DataError(text, file=source.path.name, column=column, row=row)
