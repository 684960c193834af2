"""Answers that a tool tells in words: the text, a table beside it, the records and passages that it rests on.

    {"answer": text, "status"?: "answered"|"declined", "rows"?: [{column: cell}], "sources"?: [{"kind", "id", "text"}],
     "next"?: [question], "definition"?: text, "reply"?: text to copy}

A program may only pass on what a tool told: one that writes such a thing itself is shown as the table that it made.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from crm_copilot.catalog import tables
from crm_copilot.domain import Execution, Program

_SOURCE = ("kind", "id", "text")


def told(program: Program, execution: Execution) -> Mapping[str, Any] | None:
    """Return what a tool told, None when the result is of another kind or not a tool's own."""
    value = execution.value
    if execution.kind != "mapping" or not isinstance(value, Mapping) or not isinstance(value.get("answer"), str):
        return None
    return value if _passes_on(program.code) else None


def entry(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of an answer's entry that a told answer brings."""
    rows = [row for row in value.get("rows") or () if isinstance(row, Mapping)]
    columns = list(dict.fromkeys(str(name) for row in rows for name in row))
    found = {
        "status": "declined" if value.get("status") == "declined" else "answered",
        "answer": value["answer"],
        "columns": columns,
        "rows": [[row.get(name) for name in columns] for row in rows],
        "n_rows": len(rows),
        "next": [str(question) for question in value.get("next") or ()],
        "chart": None,
    }
    return found | {name: str(value[name]) for name in ("definition", "reply") if value.get(name)}


def sources(value: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the records and passages that a told answer names."""
    named: Sequence[Any] = value.get("sources") or ()
    return [{key: str(source.get(key, "")) for key in _SOURCE} for source in named if isinstance(source, Mapping)]


def _passes_on(code: str) -> bool:
    """Whether a program is one function that returns the answer of one tool, and does nothing else."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return False
    if len(body) != 1 or not isinstance(function := body[0], ast.FunctionDef) or function.decorator_list:
        return False
    said = [step for step in function.body if not (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))]
    if len(said) != 1 or not isinstance(given := said[0], ast.Return) or not isinstance(given.value, ast.Call):
        return False
    asked = given.value.func
    return isinstance(asked, ast.Name) and asked.id in _tools(function) and not _calls(given.value)


def _tools(function: ast.FunctionDef) -> list[str]:
    """Return the parameters that the app fills in and that are no tables."""
    names = [argument.arg for argument in function.args.args]
    return [name for name in names[: len(names) - len(function.args.defaults)] if name not in tables()]


def _calls(asked: ast.Call) -> bool:
    """Whether an argument is computed by a call of its own."""
    arguments = [*asked.args, *(keyword.value for keyword in asked.keywords)]
    return any(isinstance(node, ast.Call) for argument in arguments for node in ast.walk(argument))
