"""What a reader makes of a file: sections in reading order, each with its heading and its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a file under one heading, or one record of a table.

    `place` says where it stands ("page 3", "row 12"), `id` is the name that a record brings, `data` are the further
    fields of a record. A record is never split.
    """

    title: str
    text: str
    place: str = ""
    id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = False
