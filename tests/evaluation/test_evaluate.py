"""`crm evaluate` over everything real: asked, judged, counted and printed as JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

GOLD = {"sql": "SELECT count(*) AS n FROM sellers", "required": ["n"]}
LINES = [
    {"id": "t-1", "question": "How many sellers are there?", "kind": "scalar", "golds": [GOLD]},
    {"id": "t-2", "question": "How many orders are there?", "kind": "scalar", "golds": [GOLD]},
    {"id": "t-3", "question": "What is the weather tomorrow?", "kind": "decline"},
    {"id": "t-4", "question": "How many sellers are there?", "kind": "decline"},
]
Crm = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    return file


def test_a_file_is_asked_and_counted(crm: Crm, questions: Path) -> None:
    done = crm("evaluate", questions, "--json", "--wrong")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {name: found["answerable"][name] for name in ("n", "right", "wrong")} == {"n": 2, "right": 1, "wrong": 1}
    assert found["unanswerable"] == {"n": 2, "declined": 1}
    assert "t-2" in done.stderr
    assert "t-1" not in done.stderr


def test_another_matcher_may_judge(crm: Crm, questions: Path, tmp_path: Path) -> None:
    matcher = tmp_path / "matcher.py"
    matcher.write_text("def matches_item(item, answer):\n    return True\n")
    found = json.loads(crm("evaluate", questions, "--json", "--matcher", matcher).stdout)
    assert found["answerable"]["right"] == 2


@pytest.mark.parametrize("words", [["nowhere.jsonl"], ["questions.jsonl", "--matcher", "nowhere.py"]])
def test_a_file_that_is_not_there_is_one_sentence(crm: Crm, questions: Path, words: list[str]) -> None:
    done = crm("evaluate", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "nowhere" in done.stderr.splitlines()[-1]
