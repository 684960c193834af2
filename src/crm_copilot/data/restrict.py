"""A smaller version of loaded data: the rows, columns and tables that one scope may see, and nothing else.

    home/data/<fingerprint>/scopes/<key>/      as the version itself: manifest, values, database, frames

Whoever works with it works with less: the sandbox's frames, the values that are linked, the tools' database and what
they count are all made from these tables. It is made aside and renamed, once for each scope, and goes with its version.
Every table has a rule here; one without a rule is hidden.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crm_copilot.catalog.tables import Table, tables
from crm_copilot.data.dataset import DATABASE, MANIFEST, DataInfo, Dataset, complete
from crm_copilot.data.derived import CUSTOMERS, PRODUCTS
from crm_copilot.data.frames import write_frames, write_values
from crm_copilot.data.staging import quoted
from crm_copilot.errors import Busy, OperatorError
from crm_copilot.people import Scope

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCOPES = "scopes"
ASIDE = ".making-"
LOCK_SECONDS = 300

_ALL = "true"
_OF_ORDERS = "order_id IN (SELECT order_id FROM seen_orders)"
# Which rows of a table are left; the seen_ tables hold the keys that a scope lets through, whichever tables it shows.
RULES: Mapping[str, str] = {
    "products": _ALL, "sellers": _ALL, "geolocation": _ALL, "leads": _ALL, "deals": _ALL,
    "customers": "customer_id IN (SELECT customer_id FROM seen_customers)",
    "orders": _OF_ORDERS, "order_items": _OF_ORDERS, "payments": _OF_ORDERS, "reviews": _OF_ORDERS, "df": _OF_ORDERS,
    "clients": "client_id IN (SELECT client_id FROM seen_clients)",
    "interactions": "client_id IN (SELECT client_id FROM seen_clients)",
}  # fmt: skip
# Made anew from the rows that are left: a person's city is that of the latest purchase that may be seen.
DERIVED: Mapping[str, str] = {"customer_df": CUSTOMERS, "product_df": PRODUCTS}


def restricted(dataset: Dataset, scope: Scope) -> Dataset:
    """Return the part of a version that a scope may see, made now unless it is there; the whole for no limits.

    The period is that of the whole data, so that "last month" means the same to everybody. Its fingerprint is
    `<fingerprint>-<key>`.

    Raises:
        Busy: another process has been making it for five minutes.
        OperatorError: it cannot be written.
    """
    if scope.whole:
        return dataset
    place = dataset.directory / SCOPES / scope.key
    found = _made(place, scope)
    if found is None:
        with _locked(place):
            found = _made(place, scope) or _make(dataset, scope, place)
    return found


def shown(table: Table, scope: Scope) -> Table:
    """Return a table without the columns that a scope hides."""
    kept = {name: column for name, column in table.columns.items() if not scope.hides(table.name, name)}
    return replace(table, columns=kept)


def _rules(scope: Scope) -> str:
    """Return a short name for what a scope hides by the present catalog and the present rules."""
    marked = [(name, list(shown(table, scope).columns)) for name, table in tables().items()]
    written = json.dumps([sorted(RULES.items()), sorted(DERIVED.items()), marked])
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def _made(place: Path, scope: Scope) -> Dataset | None:
    """Return what was made before, by the same rules and whole."""
    found = complete(place)
    return found if found is not None and found.info.catalog.endswith(f"+{_rules(scope)}") else None


def _make(dataset: Dataset, scope: Scope, place: Path) -> Dataset:
    import duckdb

    try:
        with tempfile.TemporaryDirectory(prefix=ASIDE, dir=place.parent) as workspace:
            built = Path(workspace) / scope.key
            built.mkdir()
            info = _build(dataset, scope, built)
            (built / MANIFEST).write_text(json.dumps(info.to_json(), ensure_ascii=False, indent=2), "utf-8")
            shutil.rmtree(place, ignore_errors=True)
            built.rename(place)
    except (duckdb.Error, OSError) as error:
        raise OperatorError(
            f"the part of the data that may be seen could not be written to {place}: {error}"
        ) from error
    return Dataset(place, info)


def _build(dataset: Dataset, scope: Scope, built: Path) -> DataInfo:
    import duckdb

    with duckdb.connect(built / DATABASE) as connection:
        whole = str(dataset.database).replace("'", "''")
        connection.execute(f"ATTACH '{whole}' AS whole_data (READ_ONLY)")
        _write_keys(connection, dataset, scope)
        _let_through(connection, dataset.info.rows)
        kept = [shown(tables()[name], scope) for name in dataset.info.rows if _is_seen(name, scope)]
        for table in kept:
            _write(connection, table)
        write_frames(connection, kept, built)
        write_values(connection, kept, built)
        rows = {table.name: _count(connection, f"main.{table.name}") for table in kept}
    fingerprint, catalog = f"{dataset.info.fingerprint}-{scope.key}", f"{dataset.info.catalog}+{_rules(scope)}"
    return replace(dataset.info, fingerprint=fingerprint, catalog=catalog, rows=rows)


def _is_seen(table: str, scope: Scope) -> bool:
    return table in tables() and scope.sees(table) and (table in RULES or table in DERIVED)


def _write_keys(connection: DuckDBPyConnection, dataset: Dataset, scope: Scope) -> None:
    """Write down which customers, orders and clients may be seen."""
    _keep_keys(connection, "customers", "customer_id", "customer_state", scope.states)
    connection.execute(
        "CREATE TEMP TABLE seen_orders AS SELECT order_id FROM whole_data.orders "
        "WHERE customer_id IN (SELECT customer_id FROM seen_customers)"
    )
    if "clients" in dataset.info.rows:
        _keep_keys(connection, "clients", "client_id", "account_manager", scope.managers)
    elif scope.managers is None and "interactions" in dataset.info.rows:
        connection.execute("CREATE TEMP TABLE seen_clients AS SELECT DISTINCT client_id FROM whole_data.interactions")
    else:
        connection.execute("CREATE TEMP TABLE seen_clients (client_id VARCHAR)")


def _keep_keys(
    connection: DuckDBPyConnection, table: str, key: str, column: str, allowed: tuple[str, ...] | None
) -> None:
    given = [] if allowed is None else [list(allowed)]
    test = "" if allowed is None else f"WHERE list_contains($1::VARCHAR[], {column})"
    connection.execute(f"CREATE TEMP TABLE seen_{table} AS SELECT {key} FROM whole_data.{table} {test}", given)


def _let_through(connection: DuckDBPyConnection, names: Iterable[str]) -> None:
    """Put what may be seen of each table before the tables themselves: temporary, and all of their columns."""
    for name in names:
        if name in RULES:
            kind = "TABLE" if name == "products" else "VIEW"  # the derived tables follow the order of the products
            connection.execute(
                f"CREATE TEMP {kind} {name} AS SELECT * FROM whole_data.{name} WHERE {RULES[name]} ORDER BY rowid"
            )
    for statement in DERIVED.values():
        connection.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE"))


def _write(connection: DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(quoted(name) for name in table.columns)
    connection.execute(f"CREATE TABLE main.{table.name} AS SELECT {columns} FROM temp.{table.name}")


def _count(connection: DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Hold the right to make a part of this version; clear away what a crash left."""
    from filelock import FileLock, Timeout

    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(place.parent / ".lock", timeout=LOCK_SECONDS):
            for leftover in place.parent.glob(ASIDE + "*"):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
    except Timeout as error:
        raise Busy("another process is still preparing the data for you; try again in a minute") from error
