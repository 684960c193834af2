"""Ten probes through the real path, at each start: what they try must fail, or nothing is served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from crm_copilot.domain import Execution

Run = Callable[[str, float | None], Execution]

_SPIN_SECONDS = 0.2
_NO_REFUSAL = frozenset({"NoAnswer", "BadAnswer", "Lost", "FileNotFoundError", "NameError", "SyntaxError"})
"""Failures by which a probe has not shown that something holds."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What was tried, and whether the sandbox held; `detail` says how it ended."""

    name: str
    held: bool
    detail: str


def programs(memory_mb: int) -> dict[str, str]:
    """Return the body of each probe by what it tries."""
    return {
        "read a file": "import sys; return open(sys.executable, 'rb').read(4)",
        "write a file": "import os; os.open('/tmp/crm-probe', os.O_CREAT | os.O_WRONLY); return 1",
        "open a network socket": "import socket; socket.socket(); return 'open'",
        "open a local socket": "import socket; socket.socket(socket.AF_UNIX); return 'open'",
        "fork": "import os; pid = os.fork(); pid or os._exit(0); return 'forked'",
        "start a program": "import os, sys; os.execv(sys.executable, ['python', '-c', ''])",
        "signal the parent": "import os; os.kill(os.getppid(), 0); return 'sent'",
        "read its own environment": "return open('/proc/self/environ').read()",
        "take twice its memory": f"return np.zeros({2 * memory_mb} << 20, 'u1').size",
        "spin for a second": "import time\n"
        "    end = time.time() + 1\n    while time.time() < end: pass\n    return 'done'",
    }


def run_all(run: Run, memory_mb: int) -> list[Probe]:
    """Run the probes, the slow one beside the others."""
    with ThreadPoolExecutor(2, thread_name_prefix="sandbox-probe") as pool:
        *quick, (slow_name, slow) = programs(memory_mb).items()
        spinning = pool.submit(_probe, run, slow_name, slow, _SPIN_SECONDS)
        return [*(_probe(run, name, body, None) for name, body in quick), spinning.result()]


def broken(probes: Sequence[Probe]) -> list[str]:
    """Return what was tried with success."""
    return [probe.name for probe in probes if not probe.held]


def _probe(run: Run, name: str, body: str, seconds: float | None) -> Probe:
    execution = run(f"def probe():\n    {body}\n", seconds)
    held = not execution.ok and execution.error_type not in _NO_REFUSAL
    return Probe(name, held, f"{execution.status}: {execution.error_type}" if not execution.ok else "succeeded")
