"""How many tokens the models read and wrote while a question was worked on.

A model calls `spend` in the thread that asked it; whoever wants to know opens `counted` around the call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Tokens:
    """What was read and what was written."""

    input: int = 0
    output: int = 0


_open: ContextVar[Tokens | None] = ContextVar("tokens", default=None)


@contextmanager
def counted() -> Iterator[Tokens]:
    """Give the count of what is spent inside; an outer count does not see it."""
    count = Tokens()
    before = _open.set(count)
    try:
        yield count
    finally:
        _open.reset(before)


def spend(read: int, written: int) -> None:
    """Add to the count that is open, if any."""
    count = _open.get()
    if count is not None:
        count.input += read
        count.output += written
