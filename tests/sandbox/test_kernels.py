"""Kernels that offer less: an outer filter takes calls from a process, in which a sandbox is then started."""

from __future__ import annotations

import errno
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.sandbox.inside import seccomp, syscalls

HERE = syscalls.here()
pytestmark = pytest.mark.skipif(HERE is None, reason="there is no table of system calls for this processor")

PIDFD_OPEN, SET_FILTER = 434, 1
LIVE = """
import json, sys
from pathlib import Path
from crm_copilot.errors import SandboxUnavailable
from crm_copilot.sandbox import Sandbox
from crm_copilot.sandbox.inside import privileges, seccomp

privileges.gain_no_more()
seccomp.apply(bytes.fromhex(sys.argv[1]))
code = "def f(df):\\n    return len(df)"
steal = "def f():\\n    import sys\\n    return open(sys.executable, 'rb').read(1)"
try:
    with Sandbox({"df": Path(sys.argv[2])}, gate=False) as sandbox:
        found = {"value": sandbox.run(code).value, "stolen": sandbox.run(steal).ok, "mode": sandbox.doctor()["mode"]}
except SandboxUnavailable as error:
    found = {"refused": str(error)}
print(json.dumps(found))
"""


def without(number: int, error: int, first_argument: int | None = None) -> bytes:
    """A filter that takes one call away, if need be for one value of its first argument alone."""
    rule = [(seccomp.RETURN, 0, 0, seccomp.refuse(error))]
    if first_argument is not None:
        rule = [(seccomp.LOAD, 0, 0, 16), (seccomp.EQUAL, 0, 1, first_argument), *rule]
    steps = [(seccomp.LOAD, 0, 0, 0), (seccomp.EQUAL, 0, len(rule), number), *rule]
    return b"".join(struct.pack("HBBI", *step) for step in [*steps, (seccomp.RETURN, 0, 0, seccomp.ALLOW)])


def live(kernel: bytes, files: dict[str, Path]) -> dict[str, Any]:
    """What becomes of a sandbox on such a kernel."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}  # noqa: TID251
    words = [sys.executable, "-c", LIVE, kernel.hex(), str(files["df"])]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=True, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM], ids=errno.errorcode.get)
def test_without_landlock_programs_run_and_open_nothing(error: int, files: dict[str, Path]) -> None:
    found = live(without(syscalls.LANDLOCK_CREATE_RULESET, error), files)
    assert found == {"value": 300, "stolen": False, "mode": "no-open"}


@pytest.mark.parametrize(
    ("number", "error", "first_argument", "reason"),
    [
        ("seccomp", errno.ENOSYS, None, "the kernel does not filter system calls"),
        ("seccomp", errno.EPERM, SET_FILTER, "cannot be confined here, so it is not run"),
        (PIDFD_OPEN, errno.ENOSYS, None, "the kernel has no process descriptors"),
        (syscalls.LANDLOCK_ADD_RULE, errno.EPERM, None, "the kernel refused a Landlock rule"),
        (syscalls.LANDLOCK_RESTRICT_SELF, errno.EPERM, None, "cannot be confined here, so it is not run"),
        ("prlimit64", errno.EPERM, None, "cannot be confined here, so it is not run"),
    ],
)
def test_a_kernel_that_refuses_a_layer_is_refused(
    number: int | str, error: int, first_argument: int | None, reason: str, files: dict[str, Path]
) -> None:
    assert HERE is not None
    taken = HERE.numbers[number] if isinstance(number, str) else number
    assert reason in live(without(taken, error, first_argument), files)["refused"]
