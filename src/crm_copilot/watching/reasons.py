"""Why a question was declined, as one of few words: what was said may name people, what is counted must not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ENDED = ("timeout", "memory", "denied")  # statuses of programs that the sandbox put an end to
_SCOPE = re.compile(r"scope:([a-z_]{1,30})")  # the names of `respond/scope.toml`
_BEGINNINGS = {
    "unreachable:": "unreachable",
    "unknown words": "unknown words",
    "nothing was found": "nothing found",
    "not understood": "not understood",
}


def reason_of(result: Mapping[str, Any]) -> str:
    """Return the kind of reason of a declined entry of an answer's `results`."""
    reason = str(result.get("reason") or "")
    scope = _SCOPE.fullmatch(reason)
    if scope is not None and scope[1] == "unanswered":
        return "leans on what was declined"
    if scope is not None:
        return f"not in the data: {scope[1]}"
    for beginning, kind in _BEGINNINGS.items():
        if reason.startswith(beginning):
            return kind
    ran = bool(result.get("code")) and not result.get("confidence")
    return "program failed" if ran else "unsure"
