"""A file of rows, as a person sees it: its heading, its records, and the line each record starts on.

CSV (UTF-8 with or without a mark, commas, quotes doubled inside quotes) and JSON (a list of objects).
This reader is slow and exact. It judges a file's shape before DuckDB reads the same file fast: DuckDB
ends a file in silence where a quotation mark is never closed, and rejects mixed line ends, which are
harmless. It knows nothing of types or tables.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crm_copilot.errors import DataError

Record = tuple[int, list[str]]

# How files begin that are no text, or text of another kind.
BEGINNINGS = {
    b"\xff\xfe": "UTF-16; save it as UTF-8",
    b"\xfe\xff": "UTF-16; save it as UTF-8",
    b"PK\x03\x04": "a ZIP archive or a workbook; unpack it or save it as CSV",
    b"\x1f\x8b": "compressed; unpack it",
}
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True, slots=True)
class Shape:
    """The heading of a file, and how many records follow it."""

    heading: tuple[str, ...]
    records: int


def measure(path: Path) -> Shape:
    """Read the whole file and return its shape.

    Raises:
        DataError: it is empty, not UTF-8, separated by something else, has unbalanced quotes, or a
            record has more or fewer cells than the heading.
    """
    try:
        heading = _heading(path)
        counted = sum(1 for _ in rectangular(path, len(heading)))
    except UnicodeDecodeError:
        raise _undecodable(path) from None
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise DataError(f"the file cannot be read: {reason}", file=path.name) from error
    return Shape(heading, counted)


def rectangular(path: Path, width: int) -> Iterator[Record]:
    """Yield the records below the heading; each has `width` cells, or DataError names its line."""
    every = records(path)
    next(every)
    for line, cells in every:
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        if len(cells) != width:
            others = sum(len(cells) != width for _, cells in every)
            raise DataError(
                f"has {len(cells)} cells where the heading has {width}{further(others)}; "
                "put a cell that holds a comma or a line break in double quotes",
                file=path.name,
                row=line,
            )
        yield line, cells


def records(path: Path, errors: str = "strict") -> Iterator[Record]:
    """Yield the row number and the cells of the heading and of each record; blank lines are skipped.

    The number is that of the line on which the record starts, the heading being line 1; in a JSON file
    it is the number of the entry. `errors` is how bytes that are not UTF-8 are met.
    """
    return (_entries if path.suffix == ".json" else _lines)(path, errors)


def locate(path: Path, index: int) -> int:
    """Return the row number of the record with this index, counted from 0 below the heading."""
    every = records(path)
    next(every)
    return next(line for position, (line, _) in enumerate(every) if position == index)


def further(count: int) -> str:
    """Return how many more problems of the same kind there are, in words that follow a problem."""
    return f" (and {count} more like it)" if count else ""


def _lines(path: Path, errors: str) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", errors=errors, newline="") as lines:
        reader = csv.reader(lines, strict=True)
        start = 1
        try:
            for cells in reader:
                if cells:
                    yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            raise DataError(
                f"a double quote that begins in this row is not closed properly ({error}); close it, "
                "and write a double quote inside a cell twice",
                file=path.name,
                row=start,
            ) from error


def _heading(path: Path) -> tuple[str, ...]:
    first = next(records(path), None)
    if first is None:
        raise DataError("the file is empty; it must begin with the names of the columns", file=path.name)
    cells = tuple(cell.strip() for cell in first[1])
    for sign, name in OTHER_SEPARATORS.items():
        if len(cells) == 1 and sign in cells[0]:
            raise DataError(
                f"the cells are separated by {name}; save it with commas (CSV, comma delimited)",
                file=path.name,
                row=first[0],
            )
    return cells


def _undecodable(path: Path) -> DataError:
    """Find the first cell with bytes that are not UTF-8."""
    with path.open("rb") as file:
        beginning = file.read(4)
    for mark, kind in BEGINNINGS.items():
        if beginning.startswith(mark):
            return DataError(f"the file is {kind}", file=path.name, row=1)
    every = records(path, errors="surrogateescape")
    heading = next(every)[1]
    broken = (
        (line, column)
        for line, cells in every
        for column, cell in zip(heading, cells, strict=False)
        if any("\udc80" <= sign <= "\udcff" for sign in cell)
    )
    line, column = next(broken, (1, None))
    repair = f"iconv -f WINDOWS-1252 -t UTF-8 {path.name} > new.csv"
    return DataError(
        f"the text is not UTF-8{further(sum(1 for _ in broken))}, it may be Latin-1; save it as UTF-8, "
        f"for instance with: {repair}",
        file=path.name,
        column=column,
        row=line,
    )


def _entries(path: Path, errors: str) -> Iterator[Record]:
    """Yield a JSON list of objects as records; the heading is every key in order of appearance."""
    try:
        entries = json.loads(path.read_text("utf-8-sig", errors))
    except json.JSONDecodeError as error:
        raise DataError(f"is not valid JSON: {error.msg}", file=path.name, row=error.lineno) from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DataError("must hold a list of objects, one for each row", file=path.name)
    heading = list(dict.fromkeys(key for entry in entries for key in entry))
    if heading:
        yield 0, heading
    for number, entry in enumerate(entries, start=1):
        yield number, [_cell(entry.get(key)) for key in heading]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
