"""When two results are the same: equal rows, whatever the order of rows and columns and the names of the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence


def content(rows: Iterable[Sequence[object]]) -> str:
    """Return rows in a form in which equal results are equal: rounded, rows and cells in order of their content."""
    return json.dumps(sorted(json.dumps(sorted(map(_cell, row)), default=str) for row in rows))


def _cell(cell: object) -> str:
    """Return a cell as text: whole numbers exactly, others to four digits or to the unit, whichever is finer."""
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.0f}" if cell.is_integer() or abs(cell) >= 1000 else f"{cell:.4g}"
