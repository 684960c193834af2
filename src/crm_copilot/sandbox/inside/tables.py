"""A DataFrame into a table of cells: `{"name", "columns", "rows", "n_rows"}`.

A meaningful index becomes columns. An index is meaningful when it has a name or is not a count of rows; whole
numbers without a name, left over from a filter or a sort, are not (but years are).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .cells import Cell, Unshowable, cell, moment, name

Table = dict[str, Any]


def table(frame: pd.DataFrame, caps: Mapping[str, int], *, title: str = "", keep_index: bool = False) -> Table:
    """Return the table of a frame, cut to so many rows; `n_rows` counts them all."""
    if frame.shape[1] > caps["columns"]:
        raise Unshowable(f"a table of {frame.shape[1]} columns is too wide: return at most {caps['columns']}")
    count = len(frame)
    shown = frame.iloc[: caps["rows"]]
    columns, names = _columns(shown, keep_index or is_meaningful(frame.index))
    rows = [list(row) for row in zip(*columns, strict=True)]
    return {"name": title, "columns": unique(names), "rows": rows, "n_rows": count}


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], n_rows: int | None = None) -> Table:
    """Return a table from values that are not in a frame."""
    cells = [[cell(value) for value in row] for row in rows]
    return {
        "name": "",
        "columns": unique(columns),
        "rows": cells,
        "n_rows": len(rows) if n_rows is None else n_rows,
    }


def is_meaningful(index: pd.Index[Any]) -> bool:
    """Whether the index of a frame says something that its columns do not."""
    if any(label is not None for label in index.names) or isinstance(index, pd.MultiIndex):
        return True
    if isinstance(index, pd.RangeIndex):
        return False
    if not pd.api.types.is_integer_dtype(index.dtype):
        return True
    return len(index) > 0 and bool(((index >= 1900) & (index <= 2100)).all())


def unique(names: Sequence[str]) -> list[str]:
    """Return the names with `_2`, `_3` … after those that came before."""
    result: dict[str, None] = {}
    for place, label in enumerate(names, 1):
        free = label = label or f"column_{place}"
        number = 2
        while free in result:
            free, number = f"{label}_{number}", number + 1
        result[free] = None
    return list(result)


def _columns(frame: pd.DataFrame, with_index: bool) -> tuple[list[list[Cell]], list[str]]:
    columns = [_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
    names = [name(label) for label in frame.columns]
    if not with_index:
        return columns, names
    levels = [frame.index.get_level_values(level) for level in range(frame.index.nlevels)]
    labels = [name(label) or _unnamed(place, len(levels)) for place, label in enumerate(frame.index.names)]
    return [_cells(level) for level in levels] + columns, labels + names


def _unnamed(place: int, levels: int) -> str:
    return "index" if levels == 1 else f"index_{place + 1}"


def _cells(values: pd.Series[Any] | pd.Index[Any]) -> list[Cell]:
    """The cells of one column; the common kinds go by the column, the others by the value."""
    if isinstance(values.dtype, np.dtype):
        if values.dtype.kind == "f":
            numbers = values.to_numpy().astype(float)
            finite = np.isfinite(numbers)
            return [number if good else None for number, good in zip(numbers.tolist(), finite, strict=True)]
        if values.dtype.kind in "iub":
            return [cell(value) for value in values.tolist()]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _moments(values)
    return [cell(value) for value in values.tolist()]


def _moments(values: pd.Series[Any] | pd.Index[Any]) -> list[Cell]:
    """Days alone when every time of the column is midnight, else days with times throughout."""
    moments = [None if value is pd.NaT else value for value in values.tolist()]
    days = all(value is None or len(moment(value)) == 10 for value in moments)
    return [None if value is None else value.isoformat()[:10] if days else value.isoformat() for value in moments]
