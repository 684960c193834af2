"""How much a program may use. Each limit is kept by the kernel or by the app, never by the program's process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

MIB = 1 << 20


def _cores() -> int:
    """One worker for each core, and few on a large machine: each may take `memory_mb` of it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 8))


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use, and how many run at once.

    `memory_mb` is what it may add to the tables and libraries that are loaded already.
    """

    wall_seconds: float = 10.0
    memory_mb: int = 1024
    workers: int = field(default_factory=_cores)
    queue_seconds: float = 60.0
    rows: int = 10_000
    columns: int = 200
    code_characters: int = 100_000
    printed_characters: int = 64_000
    answer_mb: int = 8
    figure_mb: int = 4
    tool_calls: int = 20
    tool_request_characters: int = 64_000
    tool_answer_mb: int = 4
