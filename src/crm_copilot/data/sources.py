"""The files of a folder that the catalog asks for, and how to tell whether they are the same as before.

A source belongs to one table. Required ones must be there; the optional ones may come as CSV or JSON.
The translation of categories is a file without a table of its own: it ends in `products`.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from crm_copilot.catalog.tables import Column, Table, tables
from crm_copilot.data import tabular
from crm_copilot.errors import DataError

Signature = dict[str, list[int]]

DATASET = "Brazilian E-Commerce Public Dataset by Olist"

TRANSLATION = Table(
    name="category_translation",
    about="names of the categories in Portuguese and English",
    row="category",
    file="product_category_name_translation.csv",
    key=("product_category_name",),
    columns={
        name: Column(name, "category", f"the category in {language}")
        for name, language in (
            ("product_category_name", "Portuguese"),
            ("product_category_name_english", "English"),
        )
    },
)


@dataclass(frozen=True)
class Source:
    """The file of one table."""

    table: Table
    path: Path

    @property
    def columns(self) -> list[Column]:
        """The columns that the file must have, or may have."""
        return [column for column in self.table.columns.values() if not column.derived]

    @cached_property
    def shape(self) -> tabular.Shape:
        """Read the file once; raise DataError unless it has every column once, and rows."""
        shape = tabular.measure(self.path)
        for column in self.columns:
            found = shape.heading.count(column.name)
            if found != 1 and not (column.optional and found == 0):
                problem = "there twice; remove one" if found else self._missing(column.name, shape)
                raise DataError(f"the column is {problem}", file=self.path.name, column=column.name, row=1)
        if not shape.records:
            repair = "remove the file" if self.table.optional else "export it again"
            raise DataError(f"has a heading but no rows; {repair}", file=self.path.name)
        return shape

    def _missing(self, name: str, shape: tabular.Shape) -> str:
        near = difflib.get_close_matches(name, self._strangers(shape), n=1)
        repair = f"rename {near[0]!r}" if near else f"the file has {', '.join(shape.heading)}"
        return f"missing; {repair}"

    def _strangers(self, shape: tabular.Shape) -> list[str]:
        known = {column.name for column in self.columns}
        return [name for name in dict.fromkeys(shape.heading) if name not in known]

    @property
    def unknown(self) -> list[str]:
        """The columns of the file that the catalog does not know."""
        return self._strangers(self.shape)


@dataclass(frozen=True)
class Folder:
    """The sources found in a folder, in the order of the catalog, the translation last."""

    directory: Path
    sources: tuple[Source, ...]

    def signature(self) -> Signature:
        """Return size in bytes and time of change in ns of each file: quick to compare, not proof."""
        stats = {source.path.name: source.path.stat() for source in self.sources}
        return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}

    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 of each file by name; raise DataError for one that cannot be read."""
        return {source.path.name: _checksum(source.path) for source in self.sources}


def find(directory: Path) -> Folder:
    """Find the files of every table in `directory`.

    Raises:
        DataError: it is no folder, or a required file is missing.
    """
    if not directory.is_dir():
        problem = "is not a folder; name the one that holds the Olist CSV files"
        raise DataError(problem, file=str(directory))
    declared = [table for table in tables().values() if table.file] + [TRANSLATION]
    found = [(table, _path(table, directory)) for table in declared]
    return Folder(directory.resolve(), tuple(Source(table, path) for table, path in found if path))


def _path(table: Table, directory: Path) -> Path | None:
    path = directory / str(table.file)
    if not table.optional:
        return path if path.is_file() else _absent(path)
    forms = [form for form in (path, path.with_suffix(".json")) if form.is_file()]
    if len(forms) > 1:
        raise DataError(f"{forms[1].name} is there too; keep one of the two", file=path.name)
    return forms[0] if forms else None


def _absent(path: Path) -> Path:
    near = difflib.get_close_matches(path.name, _names(path.parent), n=1)
    repair = f"rename {near[0]}" if near else f"it is part of the '{DATASET}' on Kaggle"
    raise DataError(f"the file is missing from {path.parent}; {repair}", file=path.name)


def _names(directory: Path) -> Iterable[str]:
    known = {table.file for table in tables().values()} | {TRANSLATION.file}
    return [path.name for path in directory.iterdir() if path.name not in known]


def _checksum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise DataError(f"the file cannot be read: {reason}", file=path.name) from error
