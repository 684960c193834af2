"""The system calls that a program may make, by number, on x86-64 and aarch64.

`PLAIN` names those allowed with any arguments; the calls of `GUARDED` are allowed for some arguments only,
by the rules in `seccomp`. A call that is in neither is denied. Numbers are from the kernel's unistd tables.
"""

# ruff: noqa: SIM905
from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass

PLAIN = frozenset(
    "read write close fstat lseek pread64 readv writev getdents64 getcwd umask stat lstat newfstatat statx "
    "access faccessat faccessat2 poll ppoll select pselect6 mremap munmap madvise brk futex sched_yield "
    "sched_getaffinity getcpu rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall "
    "nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times getpid getppid gettid "
    "getuid geteuid getgid getegid getrlimit getrusage sysinfo uname getrandom exit exit_group".split()
)
GUARDED = frozenset("open openat mmap mprotect fcntl ioctl prlimit64 clone clone3".split())
PATHS = frozenset("stat lstat newfstatat statx access faccessat faccessat2".split())
"""Calls that take a path: denied too where no file may be opened at all."""

X86_64: Mapping[str, int] = {
    "read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8,
    "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "ioctl": 16, "pread64": 17, "readv": 19, "writev": 20, "access": 21, "select": 23,
    "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39, "clone": 56, "exit": 60,
    "uname": 63, "fcntl": 72, "getcwd": 79, "umask": 95, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98,
    "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110,
    "sigaltstack": 131, "gettid": 186, "time": 201, "futex": 202, "sched_getaffinity": 204, "getdents64": 217,
    "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230,
    "exit_group": 231, "openat": 257, "newfstatat": 262, "faccessat": 269, "pselect6": 270, "ppoll": 271,
    "prlimit64": 302, "getcpu": 309, "getrandom": 318, "statx": 332, "clone3": 435, "faccessat2": 439,
    "capset": 126, "seccomp": 317,
}  # fmt: skip
AARCH64: Mapping[str, int] = {
    "getcwd": 17, "fcntl": 25, "ioctl": 29, "faccessat": 48, "openat": 56, "close": 57, "getdents64": 61,
    "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66, "pread64": 67, "pselect6": 72, "ppoll": 73,
    "newfstatat": 79, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98, "nanosleep": 101,
    "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "sched_getaffinity": 123,
    "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135,
    "rt_sigreturn": 139, "times": 153, "uname": 160, "getrlimit": 163, "getrusage": 165, "umask": 166,
    "getcpu": 168, "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175,
    "getgid": 176, "getegid": 177, "gettid": 178, "sysinfo": 179, "brk": 214, "munmap": 215, "mremap": 216,
    "clone": 220, "mmap": 222, "mprotect": 226, "madvise": 233, "prlimit64": 261, "getrandom": 278,
    "statx": 291, "clone3": 435, "faccessat2": 439, "capset": 91, "seccomp": 277,
}  # fmt: skip

FIRST_UNKNOWN = 452
"""Numbers from here on are newer than these tables; they answer ENOSYS, so that libc falls back."""

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446


@dataclass(frozen=True)
class Architecture:
    """A processor family as seccomp sees it; `harmless_open` are the open flags that write nothing."""

    name: str
    audit: int
    numbers: Mapping[str, int]
    harmless_open: int
    x32: bool = False


# O_NOCTTY | O_NONBLOCK | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, the middle three differ
_COMMON = 0o400 | 0o4000 | 0o2000000
ARCHITECTURES: Mapping[str, Architecture] = {
    "x86_64": Architecture("x86_64", 0xC000003E, X86_64, _COMMON | 0o100000 | 0o200000 | 0o400000, x32=True),
    "aarch64": Architecture("aarch64", 0xC00000B7, AARCH64, _COMMON | 0o400000 | 0o40000 | 0o100000),
}


def here() -> Architecture | None:
    """Return this machine's architecture, or None when there is no table for it."""
    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return ARCHITECTURES.get(machine)
