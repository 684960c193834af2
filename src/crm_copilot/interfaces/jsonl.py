"""JSON of the command line: the option for it, how a result is printed, and files with one object a line.

Files are read with the line of a mistake named, and written so that a killed run goes on.

Only a line feed ends a line: texts may hold every other separator.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from crm_copilot.errors import InputError

Json = Annotated[bool, typer.Option("--json", help="print JSON only")]
Line = dict[str, Any]


def put(value: Any) -> None:
    """Print a value as one line of JSON; ValueError for numbers that JSON does not know."""
    sys.stdout.write(_line(value))


def read(file: Path, *needed: Sequence[str]) -> list[Line]:
    """Return the lines of a file; each must have an id of its own and one of every group of keys in `needed`."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file} cannot be read ({error}); give a file with one JSON object a line, in UTF-8"
        ) from error
    found: dict[str, tuple[int, Line]] = {}
    for number, line in _parsed(file, text):
        _check(f"{file}, line {number}", line, (("id",), *needed))
        first, _ = found.setdefault(_name(line), (number, line))
        if first != number:
            raise InputError(f"{file}, line {number}: the id {line['id']!r} is that of line {first} too")
    return [line for _, line in found.values()]


def each(lines: Sequence[Line], output: Path, one: Callable[[Line], Line]) -> None:
    """Write what `one` makes of each line; what is in the output already is not done again."""
    from crm_copilot.interfaces.console import progress  # draws tables too, which takes a moment to import

    done = {_name(line) for line in _done(output)}
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("a", encoding="utf-8", newline="\n") as file, progress(len(lines)) as step:
        for line in lines:
            if _name(line) not in done:
                file.write(_line(one(line)))
                file.flush()
            step()


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"


def _parsed(file: Path, text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise InputError(f"{file}, line {number}: no JSON object ({error})") from error


def _check(place: str, line: Any, needed: Sequence[Sequence[str]]) -> None:
    for names in needed:
        if not isinstance(line, dict) or not any(name in line for name in names):
            expected = ", ".join(" or ".join(group) for group in needed)
            raise InputError(f"{place}: {' or '.join(map(repr, names))} is missing; expected {expected}")


def _name(line: Line) -> str:
    """Return the id in a form that tells 7 from "7"."""
    return json.dumps(line["id"])


def _done(output: Path) -> list[Line]:
    """Return the lines of an output; a last line that was cut short is taken off the file."""
    if not output.exists():
        return []
    whole, _, rest = output.read_bytes().rpartition(b"\n")
    if rest:
        with output.open("r+b") as file:
            file.truncate(len(whole) + 1 if whole else 0)
    try:
        found = [json.loads(line) for line in whole.split(b"\n") if line.strip()]
        return [line for line in found if _name(line)]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{output} holds other things than answers; remove it or name another file") from error
