"""`crm feedback`: which turn is meant, what became of the thumb, and one sentence where nothing became of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.storage import Store

Crm = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(fresh_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh_home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sqlite*")))


@pytest.fixture
def told(crm: Crm, home: Path) -> Callable[..., Any]:
    """Run a command over the home and return what it printed as JSON."""

    def run(*words: str) -> Any:
        done = crm(*words, "--json", CRM_HOME=home)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_a_question_is_answered_in_the_next_process_because_it_was_confirmed(told: Callable[..., Any]) -> None:
    assert told("ask", "the zorgle by month")["status"] == "declined"
    known = told("ask", "revenue by month")
    done = told("feedback", "last", "up", "--for", "before", "--comment", "as we call it")
    assert (done["turn"], done["question"], done["outcome"]) == (known["turn"], "the zorgle by month", "confirmed")
    answer = told("ask", "zorgle by month")
    assert answer["results"][0]["rows"] == known["results"][0]["rows"]
    told("feedback", known["turn"], "none")
    assert told("ask", "zorgle by month")["status"] == "declined"


def test_what_was_said_before_stays(told: Callable[..., Any], home: Path) -> None:
    turn = told("ask", "revenue by month")["turn"]
    Store(home / "conversations.sqlite").rate(turn, 0, stars=4, comment="good")
    assert told("feedback", turn, "up")["message"] == "confirmed: 'revenue by month' helps to answer the next questions"
    assert told("feedback", turn, "up")["outcome"] == "known"
    rating = Store(home / "conversations.sqlite").rating(turn, 0)
    assert (rating.thumbs, rating.stars, rating.comment) == (1, 4, "good")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["last", "up"], "nothing has been answered yet"),
        (["nowhere", "up"], "there is no turn 'nowhere'"),
        (["last", "down", "--for", "before"], "expected 'up'"),
    ],
)
def test_what_cannot_be_rated(crm: Crm, home: Path, words: list[str], told: str) -> None:
    if "--for" in words:
        assert crm("ask", "revenue", CRM_HOME=home).returncode == 0
    done = crm("feedback", *words, CRM_HOME=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr


def test_of_several_questions_one_must_be_named(crm: Crm, home: Path, told: Callable[..., Any]) -> None:
    told("ask", "1. revenue by month 2. number of orders by state")
    done = crm("feedback", "last", "up", CRM_HOME=home)
    assert "--part: 1 'revenue by month'; 2 'number of orders by state'" in done.stderr
    assert told("feedback", "last", "up", "--part", "2")["question"] == "number of orders by state"


def test_a_thumb_that_is_none_is_told_which_there_are(crm: Crm, home: Path) -> None:
    done = crm("feedback", "last", "sideways", CRM_HOME=home)
    assert done.returncode == 2
    assert all(word in done.stderr for word in ("up", "down", "none"))
