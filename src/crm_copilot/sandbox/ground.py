"""What this machine can enforce: the mode of the sandbox, or the reason why there can be none."""

from __future__ import annotations

import os
import platform
import sys
from typing import Literal

from crm_copilot.errors import SandboxUnavailable

from .inside import landlock, seccomp, syscalls

Mode = Literal["full", "no-open"]
WAY_OUT = "run it on Linux (x86-64 or aarch64, kernel 5.4 or later), in a Linux container, or in WSL2"


def mode(*, landlock_wanted: bool = True) -> Mode:
    """Return "full", or "no-open" where there is no Landlock; raise SandboxUnavailable for anything less."""
    reason = _missing()
    if reason:
        raise SandboxUnavailable(f"generated programs cannot be confined here: {reason}. Way out: {WAY_OUT}")
    return "full" if landlock_wanted and landlock.abi() > 0 else "no-open"


def facts() -> dict[str, str | int | bool]:
    """Return what the kernel offers, for the doctor."""
    linux = sys.platform == "linux"
    return {
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "python": platform.python_version(),
        "landlock_abi": landlock.abi() if linux else 0,
        "seccomp": seccomp.available() if linux else False,
    }


def _missing() -> str | None:
    if sys.platform != "linux":
        return f"{platform.system()} has neither seccomp nor Landlock"
    if syscalls.here() is None:
        return f"there is no table of system calls for {platform.machine()}"
    if not seccomp.available():
        return "the kernel does not filter system calls (seccomp)"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return "the kernel has no process descriptors (pidfd)"
    return None
