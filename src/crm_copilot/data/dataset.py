"""The data that are loaded: where they lie, what is known of them, how to open them.

Opening reads two small JSON files and imports neither duckdb, pandas nor pyarrow, so that a command
line that only needs a table's path starts at once. What writes these files is `store` and `loader`.

    home/data/current.json              which version is in use, and which was before
    home/data/<fingerprint>/            one version; never changed once it is there
        manifest.json                   DataInfo
        values.json                     distinct values and spans of time
        company.duckdb                  every table, typed, and the view `sales`
        frames/<table>.arrow            every table as an uncompressed Arrow IPC file
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_copilot.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CURRENT, MANIFEST, VALUES, DATABASE, FRAMES = (
    "current.json",
    "manifest.json",
    "values.json",
    "company.duckdb",
    "frames",
)

# Where ids are looked for, the person before the record of one order.
_IDS = (
    ("orders", "order_id"), ("customers", "customer_unique_id"), ("customers", "customer_id"), ("sellers", "seller_id"),
    ("products", "product_id"), ("leads", "mql_id"), ("deals", "sr_id"), ("deals", "sdr_id"),
    ("leads", "landing_page_id"),
)  # fmt: skip
Counts = Mapping[str, int]
Span = tuple[str, str]


@dataclass(frozen=True)
class DataInfo:
    """What is known of loaded data without opening them.

    `source` is the folder they came from, or the label of the demo company. `period` holds the days of
    the first and the last order. `rows` counts the rows of each table that is there; optional tables
    without a file are absent. `checksums` are SHA-256 of the files read, by name. `notes` say what was
    left out, such as unknown columns. `catalog` is the version of the tables' declaration they follow.
    """

    fingerprint: str
    source: str
    demo: bool
    loaded_at: str
    period: tuple[date, date]
    rows: Counts
    catalog: str
    checksums: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them."""
        return asdict(self) | {"period": [day.isoformat() for day in self.period]}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> DataInfo:
        """Return what `to_json` gave; raise KeyError, TypeError or ValueError for anything else."""
        first, last = (date.fromisoformat(day) for day in fields["period"])
        return cls(**{**fields, "period": (first, last), "notes": tuple(fields["notes"])})


@dataclass(frozen=True)
class Dataset:
    """One loaded version of the company's data; cheap to make, and good until two loads later."""

    directory: Path
    info: DataInfo

    @cached_property
    def frames(self) -> Mapping[str, Path]:
        """The Arrow file of each table, in the order of the catalog."""
        return {table: self.directory / FRAMES / f"{table}.arrow" for table in self.info.rows}

    @property
    def values(self) -> Mapping[str, Mapping[str, Counts]]:
        """How often each value of each `category` column occurs, most frequent first: table, column, value."""
        values: Mapping[str, Mapping[str, Counts]] = self._known["values"]
        return values

    @property
    def times(self) -> Mapping[str, Mapping[str, Span]]:
        """Earliest and latest moment of each time column in ISO form: table, column, span."""
        times: Mapping[str, Mapping[str, Span]] = self._known["times"]
        return times

    @property
    def translations(self) -> Mapping[str, str]:
        """The English name of each product category by its Portuguese one."""
        translations: Mapping[str, str] = self._known["translations"]
        return translations

    def find_id(self, value: str) -> tuple[str, str] | None:
        """Return the table and column that an id belongs to, None when no row has it."""
        with self.connect() as connection:
            for table, column in _IDS:
                if (
                    table in self.info.rows
                    and connection.execute(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", [value]).fetchone()
                ):
                    return table, column
        return None

    @property
    def last_day(self) -> date:
        """The day of the last order; "last month" and "latest" are counted from it."""
        return self.info.period[1]

    @property
    def database(self) -> Path:
        """The DuckDB file with every table and the view `sales`."""
        return self.directory / DATABASE

    def connect(self) -> DuckDBPyConnection:
        """Open the database for reading; the caller closes it."""
        import duckdb

        return duckdb.connect(self.database, read_only=True)

    @cached_property
    def _known(self) -> dict[str, Any]:
        return read_json(self.directory / VALUES)


def open_data(home: Path) -> Dataset | None:
    """Return the data that are in use under `home`, or None when none were ever loaded.

    Raises:
        DataError: what is there is damaged; the text names the command which repairs it.
    """
    current = home / "data" / CURRENT
    if not current.exists():
        return None
    try:
        directory = home / "data" / str(read_json(current)["fingerprint"])
        return Dataset(directory, DataInfo.from_json(read_json(directory / MANIFEST)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        repair = "load the data again with 'crm data load DIR', or delete this file to start with demo data"
        raise DataError(f"the loaded data cannot be opened ({error}); {repair}", file=str(current)) from error


def complete(directory: Path) -> Dataset | None:
    """Return the data of a folder, None where not all of them are there."""
    try:
        info = DataInfo.from_json(read_json(directory / MANIFEST))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    frames = [directory / FRAMES / f"{table}.arrow" for table in info.rows]
    whole = all(path.is_file() for path in [directory / VALUES, directory / DATABASE, *frames])
    return Dataset(directory, info) if whole else None


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; raise OSError or ValueError when there is none."""
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} holds no JSON object")
    return found
