"""What is read from the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_OF_A_TITLE = 80


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation and when it was last used."""

    id: str
    title: str
    updated: str
    turns: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and its answer; `parts` are the questions it was split into.

    `person` is the id of who asked, `scope` the key of what they may see.
    """

    id: str
    conversation: str
    position: int
    message: str
    status: str
    parts: Sequence[Mapping[str, Any]]
    answer: Mapping[str, Any] | None
    created: str
    person: str = "owner"
    scope: str = "all"


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody thought of one answer."""

    turn: str
    part: int
    thumbs: int | None
    stars: int | None
    comment: str
