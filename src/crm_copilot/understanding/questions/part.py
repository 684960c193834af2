"""One of the questions of a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm_copilot.domain import LinkedValue
from crm_copilot.library.plan import Plan

Link = Callable[[str], Sequence[LinkedValue]]
"""Finds the values of the data in a text."""

SURE = 0.75
"""From this confidence on a piece of a message is a question of its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message: its own words and its plan; `alone` where the words say all of the plan."""

    text: str
    plan: Plan | None = None
    confidence: float = 0.0
    alone: bool = False
