"""Question files: what is wrong with a line is named, and golds without rows are computed from the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from evaluation.questions import load, load_all

SHIPPED = sorted((Path(__file__).parents[2] / "evaluation" / "questions").glob("*.jsonl"))
GOLD = {"reading": "all", "sql": "SELECT 1", "columns": ["n"], "rows": [[1]], "required": ["n"], "keys": []}
LINE = {"id": "a-1", "question": "how many orders?", "kind": "scalar", "golds": [GOLD]}


def written(folder: Path, *lines: Any) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return file


def test_a_line_becomes_a_question(tmp_path: Path) -> None:
    (question,) = load(written(tmp_path, LINE, ""))
    assert (question.id, question.kind, question.lang, question.difficulty) == ("a-1", "scalar", "en", "medium")
    assert question.golds[0].rows == ((1,),)


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        '"text"',
        "[1]",
        {**LINE, "kind": "riddle"},
        {name: value for name, value in LINE.items() if name != "id"},
        {name: value for name, value in LINE.items() if name != "question"},
        {**LINE, "golds": 3},
        {**LINE, "golds": [{**GOLD, "rows": 3}]},
        {**LINE, "golds": [{**GOLD, "required": ["price"]}]},
        {**LINE, "kind": "multi", "parts": [{"golds": [GOLD]}]},
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: Any) -> None:
    with pytest.raises(InputError, match=r"questions\.jsonl, line 2: "):
        load(written(tmp_path, LINE, bad))


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ({"id": "a"}, '\'question\' and \'kind\' missing; expected {"id", "question", "kind": scalar|'),
        ({**LINE, "kind": "multi", "parts": [{"golds": [GOLD]}]}, "'text' missing; expected"),
        ("no json", "no JSON object (Expecting value"),
        ("[1]", "[1] is no JSON object; expected"),
        ({**LINE, "golds": [3]}, "a gold is 3, no JSON object"),
    ],
)
def test_a_bad_line_is_told_with_what_was_expected(tmp_path: Path, bad: Any, problem: str) -> None:
    with pytest.raises(InputError) as error:
        load(written(tmp_path, bad))
    assert f"questions.jsonl, line 1: {problem}" in str(error.value)


def test_sql_that_fails_is_named_with_its_line(tmp_path: Path, house: House) -> None:
    gold = {name: value for name, value in GOLD.items() if name != "rows"} | {"sql": "SELECT n FROM nowhere"}
    with pytest.raises(InputError, match=r"line 1: .*nowhere"):
        load_all([written(tmp_path, {**LINE, "golds": [gold]})], house.dataset)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "questions.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=r"questions\.jsonl cannot be read"):
        load(file)


def test_a_line_separator_within_a_question_ends_no_line(tmp_path: Path) -> None:
    line = json.dumps({**LINE, "question": "first\u2028second"}, ensure_ascii=False)
    assert load(written(tmp_path, line))[0].question == "first\u2028second"


def test_a_ranking_is_cut_and_keeps_what_ties_at_the_cut(tmp_path: Path, house: House) -> None:
    sql = "SELECT * FROM (VALUES ('a', 3), ('b', 2), ('c', 2), ('d', 1), ('e', NULL)) AS t (name, n)"
    gold = {"sql": sql, "required": ["name"], "keys": ["name"], "top": {"k": 2, "by": "n", "desc": True}}
    (question,) = load_all([written(tmp_path, {**LINE, "kind": "table", "golds": [gold]})], house.dataset)
    assert (question.golds[0].rows, question.golds[0].ties) == ((("a", 3), ("b", 2)), (("c", 2),))


def test_what_ships_can_be_asked_of_the_demo_company(house: House) -> None:
    questions = load_all(SHIPPED, house.dataset)
    ids = [question.id for question in questions]
    assert len(set(ids)) == len(ids) > 500
    answerable = [question for question in questions if question.kind != "decline"]
    assert all(question.golds or question.parts for question in answerable)
