"""The examples as the trainers read them: a prompt and the completion that answers it.

`crm train examples` writes them as chat messages, one JSON object a line; anything else in a line is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_copilot.errors import InputError

DATA = Path("build/writer")
_EXPECTED = '{"messages": [{"role": "user", "content": ..}, {"role": "assistant", "content": ..}], ..}'


@dataclass(frozen=True, slots=True)
class Pair:
    """One solved question: what the writer reads and what it should write."""

    prompt: str
    completion: str


def rows(file: Path, most: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of examples, the first `most` of them; a bad line is an InputError."""
    if not file.is_file():
        raise InputError(f"{file} is not there; make the examples first: crm train examples")
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if most is not None and number > most:
                return
            yield _row(line, f"{file}, line {number}")


def pairs(file: Path, most: int | None = None) -> list[Pair]:
    """Return the examples of a file as pairs."""
    return [_pair(row, f"{file}, example {number}") for number, row in enumerate(rows(file, most), 1)]


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise InputError(f"{place}: no JSON ({error}); expected {_EXPECTED}") from error
    if not isinstance(found, dict):
        raise InputError(f"{place}: expected {_EXPECTED}")
    return found


def _pair(row: dict[str, Any], place: str) -> Pair:
    try:
        question, solution = row["messages"][-2:]
        if (question["role"], solution["role"]) != ("user", "assistant"):
            raise ValueError("the roles are not user and assistant")
        return Pair(str(question["content"]), str(solution["content"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{place}: {error!r}; expected {_EXPECTED}") from error
