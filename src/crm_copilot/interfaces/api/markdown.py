"""An answer as a chat shows it: words, a table of the first rows, and what the numbers mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_MOST_ROWS, _MOST_COLUMNS = 20, 8


def markdown(answer: Mapping[str, Any]) -> str:
    """Return an answer in Markdown."""
    results = answer["results"]
    if not results:
        return str(answer["answer"])
    return "\n\n".join(_part(result, named=len(results) > 1) for result in results)


def _part(result: Mapping[str, Any], *, named: bool) -> str:
    parts = [f"**{result['question']}**"] if named else []
    parts.append(str(result["answer"]))
    rows, columns = result.get("rows") or [], result.get("columns") or []
    if result["status"] == "answered" and (len(rows) > 1 or len(columns) > 1):
        parts.append(_table(columns, rows))
    parts += [f"*{result['definition']}*"] if result.get("definition") else []
    return "\n\n".join(parts)


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    shown = [list(row)[:_MOST_COLUMNS] for row in rows[:_MOST_ROWS]]
    names = list(columns)[:_MOST_COLUMNS]
    lines = [_line(names), _line(["---"] * len(names)), *map(_line, shown)]
    left = len(rows) - len(shown)
    return "\n".join([*lines, *([f"\n… and {left} more rows"] if left > 0 else [])])


def _line(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: Any) -> str:
    """Return a value as a cell; what would end the cell, or be read as HTML, is no longer special."""
    if value is None:
        return ""
    text = f"{value:,.2f}" if isinstance(value, float) else str(value)
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
