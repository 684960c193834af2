"""A worker's answer, read as a stranger's: bytes to an Execution, or a refusal.

The line comes from a process in which hostile code ran. Its length was capped before it came here; now it must
be JSON without NaN, in whole characters, of exactly this shape, with nothing added. A figure must be a PNG of a
bounded size.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from crm_copilot.domain import Execution, ExecutionStatus, ResultKind

from .limits import MIB, Limits

BIGGEST_INTEGER = 2**63
DEPTH = 8
TABLES = 200
LARGEST_SIDE = 4000
_OK = frozenset({"status", "kind", "tables", "value", "figure", "printed"})
_FAILED = frozenset({"status", "type", "message", "line", "printed"})
_TABLE = frozenset({"name", "columns", "rows", "n_rows"})
_CELLS: Final = frozenset({str, int, float, bool, type(None)})
_NUMBERS: Final = frozenset({int, float})
_VALUES: Mapping[str, frozenset[Any]] = {
    "scalar": _CELLS,
    "text": frozenset({str}),
    "figure": frozenset({str}),
    "table": frozenset({type(None)}),
    "list": frozenset({list}),
    "mapping": frozenset({dict}),
}
_SINGLE = frozenset({"scalar", "text", "figure"})
_BY_TYPE: Mapping[str, ExecutionStatus] = {
    "MemoryError": "memory",
    "_ArrayMemoryError": "memory",
    "ArrowMemoryError": "memory",
    "PermissionError": "denied",
}


class BadAnswer(ValueError):
    """The line is not an answer as this house writes them."""


def parse(line: bytes) -> dict[str, Any]:
    """Return the object of one line; raise BadAnswer for anything but strict JSON."""
    try:
        message = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
        if b"\\u" in line:
            # An escape can spell half of a character, which no file and no socket takes.
            json.dumps(message, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"not JSON: {type(error).__name__}") from error
    if type(message) is not dict:
        raise BadAnswer("not an object")
    return message


def is_tool_call(message: Mapping[str, Any]) -> bool:
    """Whether the object asks for a tool."""
    return message.keys() == {"tool", "arguments"} and _is(message["tool"], str) and _is(message["arguments"], dict)


def execution(answer: Any, limits: Limits, seconds: float) -> Execution:
    """Return what a program said became of it; raise BadAnswer when it does not say it properly."""
    _require(type(answer) is dict, "no object")
    _require(_is(answer.get("printed"), str) and len(answer["printed"]) <= limits.printed_characters + 1, "printed")
    return _failed(answer, seconds) if answer.get("status") != "ok" else _ok(answer, limits, seconds)


def _failed(answer: Mapping[str, Any], seconds: float) -> Execution:
    _require(answer.keys() == _FAILED and answer["status"] in ("error", "denied"), "keys")
    kind, message = answer["type"], answer["message"]
    _require(_is(kind, str) and len(kind) <= 80 and _is(message, str) and len(message) <= 20_000, "message")
    _require(answer["line"] is None or _is(answer["line"], int), "line")
    status: ExecutionStatus = _BY_TYPE.get(kind, answer["status"])
    return Execution(status, error=message, error_type=kind, printed=answer["printed"], seconds=seconds)


def _ok(answer: Mapping[str, Any], limits: Limits, seconds: float) -> Execution:
    _require(answer.keys() == _OK and answer["kind"] in get_args(ResultKind), "keys")
    tables = answer["tables"]
    _require(_is(tables, list) and 1 <= len(tables) <= TABLES, "tables")
    for table in tables:
        _check_table(table, limits)
    _check_value(answer)
    first, *more = ({**table, "rows": tuple(map(tuple, table["rows"]))} for table in tables)
    return Execution(
        status="ok",
        columns=tuple(first["columns"]),
        rows=first["rows"],
        kind=answer["kind"],
        value=_side_by_side([first, *more]) if more else answer["value"],
        n_rows=first["n_rows"],
        truncated=first["n_rows"] > len(first["rows"]),
        figure=_png(answer["figure"], limits),
        printed=answer["printed"],
        seconds=seconds,
    )


def _side_by_side(tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    shown = ("name", "columns")
    return [{**{key: table[key] for key in shown}, "rows": list(map(list, table["rows"]))} for table in tables]


def _check_value(answer: Mapping[str, Any]) -> None:
    """The value is of the kind that is named; one that stands alone is the only cell of the only table."""
    kind, value = answer["kind"], answer["value"]
    _check_tree(value, DEPTH)
    _require(type(value) in _VALUES[kind], "value")
    _require(kind != "figure" or answer["figure"] is not None, "figure")
    _require(kind not in _SINGLE or [table["rows"] for table in answer["tables"]] == [[[value]]], "value")


def _check_table(table: Any, limits: Limits) -> None:
    _require(type(table) is dict and table.keys() == _TABLE and _is(table["name"], str), "table")
    columns, rows = table["columns"], table["rows"]
    _require(_is(columns, list) and len(columns) <= 2 * limits.columns, "columns")
    _require(all(type(column) is str for column in columns) and len(set(columns)) == len(columns), "columns")
    _require(_is(rows, list) and len(rows) <= limits.rows, "rows")
    _require(_is(table["n_rows"], int) and len(rows) <= table["n_rows"] < BIGGEST_INTEGER, "n_rows")
    width = len(columns)
    for row in rows:
        _require(type(row) is list and len(row) == width, "row")
        _require(_CELLS.issuperset(map(type, row)), "cell")
        _require(all(_is_bounded(value) for value in row if type(value) in _NUMBERS), "number")


def _check_tree(value: Any, depth: int) -> None:
    _require(depth > 0, "depth")
    if type(value) is dict:
        value = list(value.values())
    if type(value) is list:
        for part in value:
            _check_tree(part, depth - 1)
    else:
        _require(type(value) in _CELLS and (type(value) not in _NUMBERS or _is_bounded(value)), "value")


def _png(text: Any, limits: Limits) -> bytes | None:
    """The picture, if it begins and ends as a PNG and its sides are bounded."""
    if text is None:
        return None
    _require(_is(text, str) and len(text) <= limits.figure_mb * MIB * 4 // 3 + 4, "the figure is too large")
    try:
        picture = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadAnswer("figure") from error
    _require(picture[:16] == b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" and picture[-8:-4] == b"IEND", "no PNG")
    _require(all(0 < side <= LARGEST_SIDE for side in struct.unpack(">II", picture[16:24])), "size of the figure")
    return picture


def _is_bounded(value: float) -> bool:
    return -BIGGEST_INTEGER < value < BIGGEST_INTEGER if type(value) is int else math.isfinite(value)


def _is(value: Any, kind: type) -> bool:
    return type(value) is kind


def _require(condition: bool, part: str) -> None:
    if not condition:
        raise BadAnswer(f"the answer has a wrong shape ({part})")


def _refuse_constant(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")
