"""Tables, columns and joins of the company's data, read once from `tables.toml`.

What is declared there is all that the loader, the prompts and the retriever know of the data.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

ColumnType = Literal["id", "text", "category", "integer", "number", "timestamp", "date", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `null` says that it may be empty, `derived` that no file holds it, `optional` that one may lack it.

    `personal` marks what a person may be known by; not everybody may see it (docs/people.md).
    """

    name: str
    type: ColumnType
    about: str
    null: bool = False
    derived: bool = False
    optional: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: each non-empty value of `column` is a value of `table`.`target`."""

    column: str
    table: str
    target: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `row` names what one row is, `time` the column that dates it, `file` where it comes from.

    `listed` are the columns that a list of its rows shows beside the key.
    """

    name: str
    about: str
    row: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    time: str | None = None
    file: str | None = None
    optional: bool = False
    derived: bool = False
    references: tuple[Reference, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column; raise KeyError when the table has none of that name."""
        return self.columns[name]


@cache
def tables() -> Mapping[str, Table]:
    """Return every table by name, in the order in which they must be loaded and shown."""
    declared = tomllib.loads((files(__package__) / "tables.toml").read_text("utf-8"))
    return {name: _table(name, entry) for name, entry in declared.items()}


def _table(name: str, entry: dict[str, Any]) -> Table:
    columns = {key: Column(name=key, **value) for key, value in entry.pop("columns").items()}
    references = tuple(_reference(column, target) for column, target in entry.pop("references", {}).items())
    key, listed = tuple(entry.pop("key")), tuple(entry.pop("listed", ()))
    return Table(name=name, columns=columns, key=key, listed=listed, references=references, **entry)


def _reference(column: str, target: str) -> Reference:
    table, _, target_column = target.partition(".")
    return Reference(column, table, target_column)
