"""Resource limits and privileges of a worker: what a process can give up for good without being root."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import struct

from . import syscalls

_SET_PDEATHSIG, _SET_DUMPABLE, _CAPBSET_DROP, _SET_NO_NEW_PRIVS = 1, 4, 24, 38
_CAPABILITY_VERSION_3 = 0x20080522


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process when the zygote ends, whatever the program does."""
    _prctl(_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit(*, address_space: int, cpu_seconds: int) -> None:
    """Set every limit hard: memory, processor time, and no file, core, queue or locked page at all."""
    _hard(resource.RLIMIT_AS, address_space)
    _hard(resource.RLIMIT_CPU, cpu_seconds)
    _hard(resource.RLIMIT_NOFILE, 64)
    for which in (
        resource.RLIMIT_FSIZE,
        resource.RLIMIT_CORE,
        resource.RLIMIT_MEMLOCK,
        resource.RLIMIT_MSGQUEUE,
    ):
        _hard(which, 0)


def gain_no_more() -> None:
    """Never gain a privilege by exec; Landlock and seccomp ask for this."""
    _prctl(_SET_NO_NEW_PRIVS, 1)


def drop() -> None:
    """Be closed to ptrace, /proc and core dumps, and, if root, keep the name alone."""
    _prctl(_SET_DUMPABLE, 0)
    if os.geteuid() == 0:
        _drop_capabilities()


def address_space() -> int:
    """Return the bytes of address space that this process has now."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def _hard(which: int, value: int) -> None:
    ceiling = resource.getrlimit(which)[1]
    if ceiling != resource.RLIM_INFINITY:
        value = min(value, ceiling)
    resource.setrlimit(which, (value, value))


def _drop_capabilities() -> None:
    architecture = syscalls.here()
    if architecture is None:
        raise OSError(errno.ENOSYS, "no table of system calls for this processor")
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        if libc.prctl(_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break
    header, nothing = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24)
    if libc.syscall(ctypes.c_long(architecture.numbers["capset"]), header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused to drop capabilities")


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_ulong(word) for word in (value, 0, 0, 0)]
    if libc.prctl(option, *words) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value}) failed")
