"""The seccomp filter: an allow-list of system calls, as classic BPF, built once and applied in each worker.

A foreign architecture (`int 0x80`) or an x32 number kills the process; a number newer than the tables answers
ENOSYS; a call that is not on the list answers EPERM. Memory is never writable and executable, so machine code
made by a program does not run; opens are read-only; there are no threads, sockets, processes or signals.

Not covered here: which files may be read. That is Landlock's part; without it `may_open=False` allows none.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Sequence

from . import syscalls
from .syscalls import Architecture

Instruction = tuple[int, int, int, int]
Verdict = int

LOAD, AND, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
NUMBER, ARCHITECTURE = 0, 4
PROT_WRITE_EXEC, PROT_EXEC = 6, 4
F_GETFD, F_SETFD, F_GETFL = 1, 2, 3
AT_EMPTY_PATH = 0x1000


def refuse(number: int) -> Verdict:
    """Return the verdict that makes the call fail with this errno."""
    return 0x00050000 | number


def build(architecture: Architecture, *, may_open: bool = True) -> bytes:
    """Return the filter for an architecture as the kernel takes it: eight bytes for each instruction."""
    numbers = architecture.numbers
    program = _entry(architecture)
    for name, rule in _guarded(architecture, may_open).items():
        if name in numbers:
            program += _when(numbers[name], rule)
    for name in sorted(syscalls.PLAIN & numbers.keys(), key=numbers.__getitem__):
        if may_open or name not in syscalls.PATHS:
            program += _when(numbers[name], _answer(ALLOW))
    program += _answer(refuse(errno.EPERM))
    return b"".join(struct.pack("HBBI", code, yes, no, k) for code, yes, no, k in program)


def apply(program: bytes) -> None:
    """Bind the calling thread, for good, to a filter; raise OSError when the kernel does not take it."""
    architecture = syscalls.here()
    if architecture is None:
        raise OSError(errno.ENOSYS, "no table of system calls for this processor")
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code)), 16)
    if libc.syscall(ctypes.c_long(architecture.numbers["seccomp"]), 1, 0, header) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused the seccomp filter")


def available() -> bool:
    """Return whether the kernel can filter system calls for this process."""
    architecture = syscalls.here()
    if architecture is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    action = ctypes.c_uint32(KILL)
    return bool(libc.syscall(ctypes.c_long(architecture.numbers["seccomp"]), 2, 0, ctypes.byref(action)) == 0)


def _entry(architecture: Architecture) -> list[Instruction]:
    checks = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture.audit),
        *_answer(KILL),
        (LOAD, 0, 0, NUMBER),
    ]
    if architecture.x32:
        checks += [(AT_LEAST, 0, 1, 0x40000000), *_answer(KILL)]
    return [*checks, (AT_LEAST, 0, 1, syscalls.FIRST_UNKNOWN), *_answer(refuse(errno.ENOSYS))]


def _guarded(architecture: Architecture, may_open: bool) -> dict[str, list[Instruction]]:
    """The calls that depend on their arguments; a rule loads what it needs and always ends in an answer."""
    closed = _answer(refuse(errno.EACCES))
    writes = 0xFFFFFFFF & ~architecture.harmless_open
    return {
        "openat": _unless_bits(2, writes, errno.EACCES) if may_open else closed,
        "open": _unless_bits(1, writes, errno.EACCES) if may_open else closed,
        "mmap": [(LOAD, 0, 0, _low(2)), (AND, 0, 0, PROT_WRITE_EXEC), (EQUAL, 0, 1, PROT_WRITE_EXEC), *closed,
                 *_answer(ALLOW)],
        "mprotect": _unless_bits(2, PROT_EXEC, errno.EACCES),
        "fcntl": _if_one_of(1, (F_GETFD, F_SETFD, F_GETFL), errno.EPERM),
        "ioctl": _answer(refuse(errno.ENOTTY)),
        "prlimit64": _reads_own_limits(),
        "clone": _answer(refuse(errno.EAGAIN)),
        "clone3": _answer(refuse(errno.ENOSYS)),
        **({} if may_open else {"newfstatat": _if_one_of(3, (AT_EMPTY_PATH,), errno.EACCES)}),
    }  # fmt: skip


def _when(number: int, rule: Sequence[Instruction]) -> list[Instruction]:
    return [(EQUAL, 0, len(rule), number), *rule]


def _answer(verdict: Verdict) -> list[Instruction]:
    return [(RETURN, 0, 0, verdict)]


def _unless_bits(argument: int, bits: int, error: int) -> list[Instruction]:
    return [(LOAD, 0, 0, _low(argument)), (ANY_BIT, 0, 1, bits), *_answer(refuse(error)), *_answer(ALLOW)]


def _if_one_of(argument: int, values: Sequence[int], error: int) -> list[Instruction]:
    tests = [(EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [(LOAD, 0, 0, _low(argument)), *tests, *_answer(refuse(error)), *_answer(ALLOW)]


def _reads_own_limits() -> list[Instruction]:
    """prlimit64(0, resource, NULL, old): its own, and only read."""
    return [(LOAD, 0, 0, _low(0)), (EQUAL, 0, 5, 0), (LOAD, 0, 0, _low(2)), (EQUAL, 0, 3, 0),
            (LOAD, 0, 0, _high(2)), (EQUAL, 0, 1, 0), *_answer(ALLOW), *_answer(refuse(errno.EPERM))]  # fmt: skip


def _low(argument: int) -> int:
    return 16 + 8 * argument


def _high(argument: int) -> int:
    return 20 + 8 * argument
