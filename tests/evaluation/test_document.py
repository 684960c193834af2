"""The report as files, over everything real: figures, the picture, a line for each question, models side by side."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from evaluation.curve import unheld
from evaluation.document import Run, write
from evaluation.matcher import right
from evaluation.questions import load_all
from evaluation.run import run

GOLD = {"sql": "SELECT count(*) AS n FROM sellers", "required": ["n"]}
LINES: list[dict[str, Any]] = [
    {"id": "t-1", "question": "How many sellers are there?", "kind": "scalar", "golds": [GOLD]},
    {"id": "t-2", "question": "How many orders are there?", "kind": "scalar", "golds": [GOLD]},
    {"id": "t-3", "question": "What is the weather tomorrow?", "kind": "decline"},
    {"id": "t-4", "question": "sellers blorf wibble quux", "kind": "scalar", "lang": "pt", "golds": [GOLD]},
]
PNG = b"\x89PNG\r\n\x1a\n"
Crm = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "asked.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    return file


def test_a_report_is_written(crm: Crm, questions: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    done = crm("evaluate", questions, "--json", "--report", folder)
    assert done.returncode == 0, done.stderr
    report = (folder / "report.md").read_text("utf-8")
    assert "| embedded | 3 | 1 | 1 | 1 | 0 | 33.3 (6.1–79.2) | 33.3 (6.1–79.2) |" in report
    assert "of 1 questions that cannot be answered, 1 were declined" in report
    assert "| pt | 1 | 0 | 0 | 1 | 0 | 0.0 (0.0–79.3) | 0.0 (0.0–79.3) |" in report
    assert str(tmp_path) not in report, "a report says nothing of the machine that it was made on"
    assert (folder / "risk-coverage.png").read_bytes().startswith(PNG)
    lines = [json.loads(line) for line in (folder / "results.jsonl").read_text("utf-8").splitlines()]
    assert [line["outcome"] for line in lines] == ["right", "wrong", "right", "declined"]
    assert all("rows" not in line for line in lines)


def test_models_stand_side_by_side(crm: Crm, questions: Path, tmp_path: Path) -> None:
    done = crm("evaluate", questions, "--json", "--models", "library,embedded", "--report", tmp_path / "both")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["models"]
    assert [figures["questions"] for figures in found] == [4, 4]
    report = (tmp_path / "both" / "report.md").read_text("utf-8")
    assert report.count("| library | 3 |") == 1
    assert report.count("| embedded | 3 |") == 1


def test_what_was_declined_is_asked_without_a_threshold(house: House, questions: Path) -> None:
    asked = load_all([questions], house.dataset)
    strict, free = (with_threshold(house, threshold) for threshold in (0.999, 0.0))
    try:
        results = run(strict.copilot, asked)
        said = unheld(free.copilot, results, right)
    finally:
        strict.close()
        free.close()
    assert [result.outcome for result in results] == ["declined", "declined", "right", "declined"]
    *outcomes, doubted = [result.outcome for result in said]
    assert outcomes == ["right", "wrong", "right"]
    assert doubted in ("right", "wrong"), "what nobody is sure of depends on the small model, but something is said"
    assert said[2] is results[2], "what nobody can answer is right when it is declined"
    assert 0 < said[3].confidence < house.settings.confidence_threshold < said[0].confidence < 0.999


def with_threshold(house: House, threshold: float) -> House:
    return House(house.settings.model_copy(update={"confidence_threshold": threshold}))


def test_a_report_of_nothing_answered_can_be_written(house: House, questions: Path, tmp_path: Path) -> None:
    results = [r for r in run(house.copilot, load_all([questions], house.dataset)) if r.outcome == "declined"]
    write(tmp_path / "silent", [Run("library", results, results)], "demo", 0.7)
    assert "nothing answered" in (tmp_path / "silent" / "report.md").read_text("utf-8")
