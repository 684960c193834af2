"""JSON lines: what an operator needs, and never a message, a name or a row."""

from __future__ import annotations

import ast
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.settings import ROOT
from crm_copilot.watching.logs import JsonLines
from crm_copilot.watching.watch import Watch

NAMES = ("Zenith Imports", "Maria Oliveira", "maria@example.com", "+55 11 98765-4321", "R$ 9,876.54")


@pytest.fixture
def lines() -> Iterator[Any]:
    """Give what the root logger wrote as JSON so far."""
    page, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(page)
    handler.setFormatter(JsonLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in page.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_says_when_where_and_what(lines: Any) -> None:
    logging.getLogger("crm_copilot.copilot").warning("turn %s was stopped", "a1", extra={"turn": "a1", "seconds": 0.5})
    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING", "logger": "crm_copilot.copilot", "event": "turn %s was stopped", "turn": "a1",
        "seconds": 0.5,
    }  # fmt: skip


def test_values_exceptions_and_unknown_fields_are_left_out(lines: Any) -> None:
    log = logging.getLogger("crm_copilot.tools")
    for name in NAMES:
        try:
            raise KeyError(name)
        except KeyError:
            log.exception("the tool %s failed for %s", "recall", name, extra={"customer": name, "outcome": name})
    text = json.dumps(lines(), ensure_ascii=False)
    assert not [name for name in NAMES if name in text]
    assert lines()[0]["error"] == "KeyError"
    assert lines()[0]["at"][-1].startswith("watching/test_logs.py:")


def test_of_a_library_only_its_name_is_kept(lines: Any) -> None:
    logging.getLogger("httpx").info(f"GET /clients?name={NAMES[0]}")  # as libraries do
    assert lines()[0]["logger"] == "httpx"
    assert lines()[0]["event"] == ""


def test_questions_full_of_names_leave_none_in_the_log(lines: Any, house: House) -> None:
    watch = Watch()
    asked = [f"What did {NAMES[1]} of {NAMES[0]} say about {NAMES[4]}?", f"Orders of {NAMES[2]} in 2018", NAMES[3]]
    for question in asked:
        watch.answered(house.copilot.ask(question), person_role="rep", cached=False)
    text = json.dumps(lines(), ensure_ascii=False).casefold()
    assert text.count("a message was answered") == len(asked)
    secret = [word for name in NAMES for word in (name, name.split()[-1])]
    assert not [word for word in secret if word.casefold() in text]


def test_the_log_of_the_command_line_is_json_and_without_names(crm: Any) -> None:
    done = crm(
        "ask", "--json", f"what should I pitch to {NAMES[0]}?", CRM_LOG_FORMAT="json", CRM_LOG_LEVEL="DEBUG"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert all(isinstance(json.loads(line), dict) for line in done.stderr.splitlines())
    assert "zenith" not in done.stderr.casefold()


def test_what_is_logged_is_the_text_that_stands_in_the_code() -> None:
    """A value within the text of a record would get into a JSON line; it belongs behind it."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in Path(ROOT / "src" / "crm_copilot").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if _logs(node) and not isinstance(node.args[0], ast.Constant)  # type: ignore[attr-defined]
    ]
    assert not found


def _logs(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return False
    owner = node.func.value
    return isinstance(owner, ast.Name) and owner.id in ("log", "logger", "logging") and node.func.attr in _LEVELS


_LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


def test_a_library_that_sets_itself_to_debug_is_not_heard() -> None:
    """bm25s does, and the level of the root logger does not stop it."""
    code = (
        "import logging; from crm_copilot.watching import logs; logs.configure('{form}', 'WARNING');"
        "logging.getLogger('bm25s').setLevel('DEBUG'); logging.getLogger('bm25s').debug('building');"
        "logging.getLogger('crm_copilot').warning('heard')"
    )
    for form in ("text", "json"):
        done = subprocess.run(
            [sys.executable, "-c", code.format(form=form)], capture_output=True, text=True, timeout=60
        )
        assert "building" not in done.stderr
        assert done.stderr.count("heard") == 1
