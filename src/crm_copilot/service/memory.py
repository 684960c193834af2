"""Memory that is let go of is used again, whichever thread held it."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_ARENAS = 2


def share_arenas() -> None:
    """Let all threads share two of glibc's arenas; elsewhere nothing happens.

    It gives threads up to eight for each core, and what one has let go of the others do not use. A graph starts threads
    for every step that it writes down, so a server grew by megabytes a minute that it did not need.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)
