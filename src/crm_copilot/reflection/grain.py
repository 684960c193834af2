"""Which grain the times of a result have, told from their cells: 2017, 2017-03, 2017-03-14."""

from __future__ import annotations

import re
from collections.abc import Callable

from crm_copilot.domain import Execution

_TIME = re.compile(r"(19|20)\d\d(-\d\d(-\d\d([T ].*)?)?)?")
_SHORTEST = {"year": 4, "quarter": 7, "month": 7, "week": 10, "day": 10}
# The part of a time that is the same within a month, quarter or year.
_PART: dict[str, Callable[[str], str]] = {
    "year": lambda text: text[:4],
    "quarter": lambda text: f"{text[:4]}-{(int(text[5:7] or 1) - 1) // 3}",
    "month": lambda text: text[:7],
}


def is_of_another_grain(execution: Execution, grain: str) -> bool:
    """Whether the result has times, and none of its columns has them of this grain."""
    found = [times for place, _ in enumerate(execution.columns) if (times := _times(execution, place))]
    return grain in _SHORTEST and bool(found) and all(_differs(times, grain) for times in found)


def _times(execution: Execution, place: int) -> set[str]:
    """Return the times of a column, none when it holds anything else."""
    cells = {row[place] for row in execution.rows if row[place] is not None}
    return cells if all(isinstance(cell, str) and _TIME.fullmatch(cell) for cell in cells) else set()


def _differs(times: set[str], grain: str) -> bool:
    coarser = any(len(text) < _SHORTEST[grain] for text in times)
    part = _PART.get(grain)
    return coarser or (part is not None and len({part(text) for text in times}) < len(times))
