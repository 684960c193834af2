"""Ten probes through the real path, at each start: each must end as it does where the sandbox holds.

A probe that succeeds is a hole; one that ends in any other way has shown nothing. In both cases nothing is served.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from crm_copilot.domain import Execution

Run = Callable[[str, float], Execution]

_REFUSED = frozenset({"PermissionError", "BlockingIOError"})
_NO_MEMORY = frozenset({"MemoryError", "_ArrayMemoryError"})
_NO_TIME = frozenset({"Timeout"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a probe tries, and the types of error by which it shows that the sandbox holds."""

    name: str
    body: str
    ends: frozenset[str] = _REFUSED
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Probe:
    """What was tried, and whether the sandbox held; `detail` says how it ended."""

    name: str
    held: bool
    detail: str


def attempts(memory_mb: int) -> list[Attempt]:
    """Return what is tried; the slow one comes first."""
    spin = "import time\n    end = time.time() + 1\n    while time.time() < end: pass\n    return 'done'"
    return [
        Attempt("spin for a second", spin, _NO_TIME, 0.2),
        Attempt("read a file", "import sys; return open(sys.executable, 'rb').read(4)"),
        Attempt("write a file", "import os; os.open('/tmp/crm-probe', os.O_CREAT | os.O_WRONLY); return 1"),
        Attempt("open a network socket", "import socket; socket.socket(); return 'open'"),
        Attempt("open a local socket", "import socket; socket.socket(socket.AF_UNIX); return 'open'"),
        Attempt("fork", "import os; pid = os.fork(); pid or os._exit(0); return 'forked'"),
        Attempt("start a program", "import os, sys; os.execv(sys.executable, ['python', '-c', ''])"),
        Attempt("signal the parent", "import os; os.kill(os.getppid(), 0); return 'sent'"),
        Attempt("read its own environment", "return open('/proc/self/environ').read()"),
        Attempt("take twice its memory", f"return np.zeros({2 * memory_mb} << 20, 'u1').size", _NO_MEMORY),
    ]


def run_all(run: Run, memory_mb: int) -> list[Probe]:
    """Run the probes, the slow one beside the others."""
    with ThreadPoolExecutor(2, thread_name_prefix="sandbox-probe") as pool:
        return list(pool.map(lambda attempt: _probe(run, attempt), attempts(memory_mb)))


def broken(probes: Sequence[Probe]) -> list[str]:
    """Return what was not held."""
    return [probe.name for probe in probes if not probe.held]


def broken_off(probes: Sequence[Probe]) -> bool:
    """Whether the zygote was lost under a probe, which shows nothing: neither a hole nor that it holds."""
    return any(probe.detail == "error: Lost" for probe in probes)


def _probe(run: Run, attempt: Attempt) -> Probe:
    execution = run(f"def probe():\n    {attempt.body}\n", attempt.seconds)
    held = execution.error_type in attempt.ends
    return Probe(attempt.name, held, "succeeded" if execution.ok else f"{execution.status}: {execution.error_type}")
