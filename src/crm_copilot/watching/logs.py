"""The log on standard error: sentences for people, or JSON lines for machines.

A JSON line has no personal data. It holds the text that stands in the code, before any value is put into it, the
fields of `FIELDS` that were given with it, and of an exception the type and the places in the code. What a stranger's
library writes is kept only as its logger and level.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from typing_extensions import override

FIELDS = (
    "turn", "conversation", "person", "role", "outcome", "kind", "cached", "seconds", "questions", "status", "method",
    "route", "action",
)  # fmt: skip
_OURS = ("crm_copilot", "uvicorn.error")
_PLAIN = re.compile(r"[\w.:/{}-]{0,80}")
_PLACES = 8  # of a traceback, the innermost
Format = Literal["text", "json"]


class JsonLines(logging.Formatter):
    """One JSON object for each record."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if _ours(record.name) and isinstance(record.msg, str) else "",
        }
        line |= {name: value for name in FIELDS if _safe(value := getattr(record, name, None))}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = _places(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(form: Format, level: str) -> None:
    """Send the log of this process to standard error; JSON lines take the place of every handler that is there."""
    handler = logging.StreamHandler(sys.stderr)
    # A library may set its own logger to DEBUG, which the level of the root does not stop.
    handler.setLevel(level)
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=level, force=form == "json")
    if form == "json":
        logging.captureWarnings(True)


def _ours(name: str) -> bool:
    return name.startswith(_OURS)


def _safe(value: Any) -> bool:
    if isinstance(value, str):
        return _PLAIN.fullmatch(value) is not None
    return isinstance(value, (bool, int, float))


def _places(exc_info: Any) -> list[str]:
    frames = traceback.extract_tb(exc_info[2])[-_PLACES:]
    return [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames]
