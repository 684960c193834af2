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


FIGURE: dict[str, Any] = {
    **OK,
    "kind": "figure",
    "tables": [{"name": "", "columns": ["chart"], "rows": [["Sales"]], "n_rows": 1}],
    "value": "Sales",
    "figure": encoded(png()),
}


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
    assert read(FIGURE).figure == png()


@pytest.mark.parametrize(
    ("kind", "value"), [("scalar", 2.5), ("scalar", None), ("text", "x"), ("list", [1]), ("mapping", {"a": 1})]
)
def test_each_kind_comes_with_its_value(kind: str, value: Any) -> None:
    table = {**TABLE, "columns": ["value"], "rows": [[value if kind in ("scalar", "text") else 1]], "n_rows": 1}
    execution = read({**OK, "kind": kind, "tables": [table], "value": value})
    assert (execution.kind, execution.value) == (kind, value)


ONE = {"name": "", "columns": ["value"], "rows": [[1]], "n_rows": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "scalar"},
        {"kind": "scalar", "tables": [{**ONE, "rows": [], "n_rows": 0}]},
        {"kind": "scalar", "tables": [ONE], "value": 2},
        {"kind": "scalar", "tables": [ONE, ONE], "value": 1},
        {"kind": "scalar", "tables": [ONE], "value": [1]},
        {"kind": "text", "tables": [ONE], "value": 1},
        {"kind": "list", "tables": [ONE], "value": {}},
        {"kind": "mapping", "tables": [ONE], "value": 1},
        {"kind": "table", "value": "x"},
        {"kind": "figure", "tables": [{**ONE, "rows": [["chart"]]}], "value": "chart"},
    ],
    ids=lambda change: str(change)[:60],
)
def test_a_value_that_is_not_of_its_kind_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        read({**OK, **change})


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
    [
        b"", b"[1]", b"1", b"{", b'{"a": NaN}', b"[" * 10**5, b"\xff\xfe", b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\\ud800"}', b'{"\\uDFFF": 1}', b'{"a": "\xed\xa0\x80"}',
    ],
)  # fmt: skip
def test_only_strict_json_is_parsed(line: bytes) -> None:
    with pytest.raises(BadAnswer):
        answers.parse(line)


def test_escapes_of_whole_characters_are_parsed() -> None:
    assert answers.parse(b'{"a": "\\u0000 \\ud83d\\ude00 \\\\ud800"}') == {"a": "\0 😀 \\ud800"}


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
        {"tables": [{**TABLE, "rows": [[1, 10**20]], "n_rows": 1}]},
        {"tables": [{**TABLE, "n_rows": 10**20}]},
        {"tables": [TABLE] * 300},
        {"kind": "list", "value": deep(20)},
        {"kind": "list", "value": [float("inf")]},
        {"printed": "x" * 50},
        {"printed": None},
        {"value": {"a": [10**20]}, "kind": "mapping"},
    ],
    ids=lambda change: str(change)[:60],
)
def test_an_answer_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        read({**OK, **change})


@pytest.mark.parametrize(
    "figure",
    [
        1,
        None,
        "!!!",
        encoded(b"<svg/>"),
        encoded(png(5000, 5)),
        encoded(png(0, 5)),
        encoded(png()[:-8]),
        "A" * (6 << 20),
    ],
    ids=lambda figure: str(figure)[:40],
)
def test_a_figure_that_is_none_is_refused(figure: Any) -> None:
    with pytest.raises(BadAnswer):
        read({**FIGURE, "figure": figure})


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
    answer = {**OK, "kind": "list", "value": [1]}
    line = json.dumps({"answer": answer}).replace('"value": [1]', '"value": [1e999]').encode()
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
