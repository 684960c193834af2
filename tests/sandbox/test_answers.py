"""Lines from a hostile process: what is not an answer of this house is refused."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import pytest

from crm_copilot.sandbox import Limits, answers
from crm_copilot.sandbox.answers import BadAnswer

LIMITS = Limits(rows=3, columns=2, printed_characters=10)
TABLE = {"name": "", "columns": ["a", "b"], "rows": [[1, "x"], [None, 2.5]], "n_rows": 2}
OK: dict[str, Any] = {
    "status": "ok",
    "kind": "table",
    "tables": [TABLE],
    "value": None,
    "figure": None,
    "printed": "",
}
FAILED: dict[str, Any] = {"status": "error", "type": "ValueError", "message": "no", "line": 3, "printed": ""}


def png(width: int = 10, height: int = 10) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + bytes(20) + b"IEND" + bytes(4)


def encoded(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def read(answer: Any) -> Any:
    return answers.execution(answer, LIMITS, 0.1)


def test_a_table_comes_through() -> None:
    execution = read(OK)
    assert execution.columns == ("a", "b")
    assert execution.rows == ((1, "x"), (None, 2.5))
    assert execution.ok
    assert not execution.truncated
    assert execution.n_rows == 2
    assert execution.seconds == 0.1


def test_a_cut_table_says_so() -> None:
    execution = read({**OK, "tables": [{**TABLE, "n_rows": 9}]})
    assert execution.truncated
    assert execution.n_rows == 9


def test_several_tables_are_all_in_the_value() -> None:
    execution = read({**OK, "tables": [TABLE, {**TABLE, "name": "second"}]})
    assert [table["name"] for table in execution.value] == ["", "second"]
    assert execution.value[1] == {"name": "second", "columns": ["a", "b"], "rows": [[1, "x"], [None, 2.5]]}


def test_a_figure_comes_through() -> None:
    assert read({**OK, "kind": "figure", "figure": encoded(png())}).figure == png()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("ValueError", "error"),
        ("MemoryError", "memory"),
        ("_ArrayMemoryError", "memory"),
        ("PermissionError", "denied"),
        ("TimeoutError", "error"),
    ],
)
def test_the_kind_of_error_gives_the_status(kind: str, status: str) -> None:
    execution = read({**FAILED, "type": kind})
    assert execution.status == status
    assert execution.error == "no"
    assert execution.error_type == kind


@pytest.mark.parametrize(
    "line",
    [b"", b"[1]", b"1", b"{", b'{"a": NaN}', b"[" * 10**5, b"\xff\xfe", b'{"a": ' + b"9" * 5000 + b"}"],
)
def test_only_strict_json_is_parsed(line: bytes) -> None:
    with pytest.raises(BadAnswer):
        answers.parse(line)


def deep(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"status": "timeout"},
        {"status": None},
        {"kind": "html"},
        {"kind": 3},
        {"tables": []},
        {"tables": None},
        {"tables": [{**TABLE, "extra": 1}]},
        {"tables": [{**TABLE, "columns": ["a"]}]},
        {"tables": [{**TABLE, "columns": ["a", "a"]}]},
        {"tables": [{**TABLE, "columns": ["a", 1]}]},
        {"tables": [{**TABLE, "rows": [[1]]}]},
        {"tables": [{**TABLE, "rows": [[1, [2]]]}]},
        {"tables": [{**TABLE, "rows": [[1, {}]]}]},
        {"tables": [{**TABLE, "rows": [(1, 2)]}]},
        {"tables": [{**TABLE, "n_rows": 1}]},
        {"tables": [{**TABLE, "n_rows": True}]},
        {"tables": [{**TABLE, "rows": [[1, 2]] * 4, "n_rows": 4}]},
        {"tables": [{**TABLE, "columns": list("abcde"), "rows": [], "n_rows": 0}]},
        {"tables": [{**TABLE, "name": 1}]},
        {"tables": [{**TABLE, "rows": [[1, float("inf")]], "n_rows": 1}]},
        {"tables": [TABLE] * 300},
        {"value": deep(20)},
        {"value": float("inf")},
        {"printed": "x" * 50},
        {"printed": None},
        {"figure": 1},
        {"figure": "!!!"},
        {"figure": encoded(b"<svg/>")},
        {"figure": encoded(png(5000, 5))},
        {"figure": encoded(png(0, 5))},
        {"figure": encoded(png()[:-8])},
        {"figure": "A" * (6 << 20)},
    ],
    ids=lambda change: str(change)[:60],
)
def test_an_answer_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        read({**OK, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"status": "ok"},
        {"status": "timeout"},
        {"status": "memory"},
        {"line": "3"},
        {"line": True},
        {"type": 1},
        {"type": "x" * 100},
        {"message": None},
        {"message": "x" * 30_000},
        {"rows": []},
    ],
    ids=lambda change: str(change)[:40],
)
def test_a_failure_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        read({**FAILED, **change})


@pytest.mark.parametrize("answer", [None, [], "ok", 1, {}])
def test_an_answer_that_is_no_object_is_refused(answer: Any) -> None:
    with pytest.raises(BadAnswer):
        read(answer)


def test_a_number_that_overflows_is_refused() -> None:
    line = json.dumps({"answer": {**OK, "value": 1}}).replace('"value": 1', '"value": 1e999').encode()
    with pytest.raises(BadAnswer):
        read(answers.parse(line)["answer"])


@pytest.mark.parametrize(
    ("message", "is_call"),
    [
        ({"tool": "a", "arguments": {}}, True),
        ({"tool": 1, "arguments": {}}, False),
        ({"tool": "a", "arguments": []}, False),
        ({"tool": "a"}, False),
        ({"tool": "a", "arguments": {}, "as": "admin"}, False),
    ],
)
def test_a_tool_call_has_one_shape(message: dict[str, Any], is_call: bool) -> None:
    assert answers.is_tool_call(message) is is_call
