"""What went wrong in a program, said so that its writer can mend it: type, message, line, what there is instead.

It runs beside hostile objects: an exception's text is taken with care, and never trusted to be short.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import Any

from .cells import text

MESSAGE_CHARACTERS = 1000
SAID_CHARACTERS = 5000
SHOWN_COLUMNS = 40
FILENAME = "<generated>"


class Denied(Exception):
    """The gate refused the program; the text names the line and the way out."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(reason)


def describe(error: BaseException, code: str, known: Sequence[str]) -> dict[str, Any]:
    """Return the answer that says what a program did wrong; `known` are the tables and tools there are."""
    frame, line = _place(error)
    message = _text(error)
    if isinstance(error, SyntaxError):
        line, message = error.lineno, f"the code does not parse: {error.msg}"
    elif isinstance(error, Denied):
        line = error.line
    else:
        message += _hint(error, frame, _source(code, line), known)
    said = f"{_kind(error)}: {message}" if not _is_ours(error) else message
    return {
        "status": "denied" if isinstance(error, Denied) else "error",
        "type": _kind(error),
        "message": text(_located(said, line, _source(code, line)), SAID_CHARACTERS),
        "line": line,
    }


def _located(message: str, line: int | None, source: str) -> str:
    if line is None:
        return message
    return f"line {line}: {message}" + (f"\n    {source}" if source else "")


def _kind(error: BaseException) -> str:
    return str.__str__(type(error).__name__)[:80]


def _is_ours(error: BaseException) -> bool:
    return type(error).__module__.rpartition(".")[0] == __package__


def _text(error: BaseException) -> str:
    try:
        return text(str(error), MESSAGE_CHARACTERS)
    except BaseException:
        return "(its message cannot be shown)"


def _place(error: BaseException) -> tuple[FrameType | None, int | None]:
    """The innermost frame of the generated code that the error went through."""
    found: tuple[FrameType | None, int | None] = (None, None)
    step: TracebackType | None = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == FILENAME:
            found = step.tb_frame, step.tb_lineno
        step = step.tb_next
    return found


def _source(code: str, line: int | None) -> str:
    lines = code.splitlines()
    return lines[line - 1].strip()[:200] if line and line <= len(lines) else ""


def _hint(error: BaseException, frame: FrameType | None, source: str, known: Sequence[str]) -> str:
    if isinstance(error, NameError) and error.name in known:
        return f". {error.name} is given to a function that names it as a parameter"
    if isinstance(error, KeyError | AttributeError) and frame is not None:
        return _columns(_missing(error), frame, source)
    if isinstance(error, PermissionError):
        return ". Files, network, processes and threads are out of reach here: the data comes as parameters"
    return ""


def _missing(error: KeyError | AttributeError) -> str | None:
    missing = error.name if isinstance(error, AttributeError) else error.args[0] if error.args else None
    return missing if type(missing) is str else None


def _columns(missing: str | None, frame: FrameType, source: str) -> str:
    """Name the columns of the frames that the line speaks of, the nearest spelling first."""
    pandas = sys.modules["pandas"]
    said = []
    for name, value in list(frame.f_locals.items()):
        if type(value) is pandas.DataFrame and name in source:
            columns = [str(column) for column in value.columns[:SHOWN_COLUMNS]]
            near = difflib.get_close_matches(missing or "", columns, 3)
            said.append(f"{name} has the columns {', '.join(dict.fromkeys([*near, *columns]))}")
    return "".join(f". {sentence}" for sentence in said[:3])
