"""Answers as messages that Telegram takes: HTML without what strangers wrote as markup, at most 4,096 characters."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST = 4096
_PART = 3500  # characters of one message before they are escaped
_ROWS, _CELL, _TOO_LONG, _WIDTH = 15, 22, 60, 64
_MARKS = {"answered": "", "declined": "🤔 ", "failed": "⚠️ "}
# Characters that turn a text round or hide it.
_HIDDEN = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF])


def messages_of(result: Mapping[str, Any]) -> list[str]:
    """Return one entry of an answer as messages: the words, the table, what it rests on."""
    found = [*pieces(_MARKS.get(result["status"], "") + str(result["answer"]))]
    if table := _table(result["columns"], result["rows"], int(result["n_rows"])):
        found.append(f"<pre>{escape(table)}</pre>")
    foot = _foot(result)
    return [*found[:-1], found[-1] + foot] if foot and len(found[-1]) + len(foot) <= MOST else found


def escape(text: str) -> str:
    """Return a text that Telegram shows as it is."""
    return html.escape(text.translate(_HIDDEN), quote=False)


def pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces that fit, cut at line ends where there are any, else at blanks."""
    while text:
        piece = text[:_PART]
        if len(text) > _PART:
            cut = max(piece.rfind("\n"), piece.rfind(" ") if "\n" not in piece else -1)
            piece = piece[: cut + 1] if cut > 0 else piece
        shown = escape(piece)
        while len(shown) > MOST:
            piece = piece[: len(piece) * 3 // 4]
            shown = escape(piece)
        text = text[len(piece) :]
        if shown.strip():
            yield shown


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]], total: int) -> str:
    """Return a table in letters of one width; "" for one number and for rows of long texts."""
    shown = [[_cell(value) for value in row] for row in rows[:_ROWS]]
    if len(rows) < 2 or any(len(cell) > _TOO_LONG for row in shown for cell in row):
        return ""
    lines = [[name[:_CELL] for name in columns], *([cell[:_CELL] for cell in row] for row in shown)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    text = "\n".join(" ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)
    rest = total - len(shown)
    return text + (f"\n… {rest} more rows" if rest > 0 else "")


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "" if value is None else " ".join(str(value).split())


def _foot(result: Mapping[str, Any]) -> str:
    if result["status"] != "answered" or not result["definition"]:
        return ""
    return f"\n<i>{escape(str(result['definition'])[:500])} {result['confidence']:.0%}</i>"
