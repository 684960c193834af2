"""The filter, by simulation, over all numbers of both architectures; and on this kernel, for foreign code."""

from __future__ import annotations

import errno
import itertools
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import crm_copilot.sandbox
from crm_copilot.sandbox.inside import seccomp, syscalls
from crm_copilot.sandbox.inside.syscalls import (
    ARCHITECTURES,
    FIRST_UNKNOWN,
    GUARDED,
    PATHS,
    PLAIN,
    Architecture,
)

from .bpf import decide

ALLOW, KILL = seccomp.ALLOW, seccomp.KILL
EPERM, EACCES, ENOSYS, EAGAIN, ENOTTY = map(
    seccomp.refuse, (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EAGAIN, errno.ENOTTY)
)
FOREIGN = {"x86": 0x40000003, "arm": 0x40000028, "nothing": 0, "mips": 0x8}
SOURCES = Path(crm_copilot.sandbox.__file__).parent

# Numbers typed in again from the kernel's tables, so that a slip in the code's table shows.
DANGEROUS = {
    "x86_64": {
        "pipe": 22, "shmget": 29, "shmat": 30, "dup2": 33, "setitimer": 38, "socket": 41, "connect": 42, "accept": 43,
        "sendto": 44, "recvfrom": 45, "sendmsg": 46, "recvmsg": 47, "bind": 49, "listen": 50, "socketpair": 53,
        "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "msgget": 68, "truncate": 76, "ftruncate": 77, "chdir": 80,
        "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85, "link": 86, "unlink": 87, "symlink": 88, "readlink": 89,
        "chmod": 90, "chown": 92, "ptrace": 101, "setuid": 105, "setsid": 112, "personality": 135, "setpriority": 141,
        "prctl": 157, "setrlimit": 160, "chroot": 161, "mount": 165, "reboot": 169, "setxattr": 188, "tkill": 200,
        "sched_setaffinity": 203, "io_setup": 206, "remap_file_pages": 216, "timer_create": 222, "tgkill": 234,
        "mq_open": 240, "keyctl": 250, "unlinkat": 263, "fchmodat": 268, "unshare": 272, "splice": 275,
        "utimensat": 280, "eventfd": 284, "fallocate": 285, "pipe2": 293, "perf_event_open": 298,
        "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
        "seccomp": 317, "memfd_create": 319, "bpf": 321, "execveat": 322, "userfaultfd": 323, "copy_file_range": 326,
        "pkey_mprotect": 329, "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "openat2": 437,
        "pidfd_getfd": 438, "landlock_create_ruleset": 444, "memfd_secret": 447,
    },
    "aarch64": {
        "setxattr": 5, "eventfd2": 19, "dup3": 24, "mknodat": 33, "mkdirat": 34, "unlinkat": 35, "symlinkat": 36,
        "linkat": 37, "renameat": 38, "mount": 40, "truncate": 45, "fallocate": 47, "chdir": 49, "chroot": 51,
        "fchmodat": 53, "pipe2": 59, "splice": 76, "readlinkat": 78, "utimensat": 88, "personality": 92, "unshare": 97,
        "setitimer": 103, "timer_create": 107, "ptrace": 117, "sched_setaffinity": 122, "kill": 129, "tkill": 130,
        "tgkill": 131, "setpriority": 140, "setuid": 146, "setsid": 157, "setrlimit": 164, "prctl": 167,
        "mq_open": 180, "msgget": 186, "shmget": 194, "socket": 198, "socketpair": 199, "bind": 200, "listen": 201,
        "accept": 202, "connect": 203, "sendto": 206, "recvfrom": 207, "sendmsg": 211, "recvmsg": 212, "keyctl": 219,
        "execve": 221, "remap_file_pages": 234, "perf_event_open": 241, "open_by_handle_at": 265, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "renameat2": 276, "seccomp": 277,
        "memfd_create": 279, "bpf": 280, "execveat": 281, "userfaultfd": 282, "copy_file_range": 285,
        "pkey_mprotect": 288, "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "openat2": 437,
        "pidfd_getfd": 438, "landlock_create_ruleset": 444, "memfd_secret": 447,
    },
}  # fmt: skip
MODES = list(itertools.product(ARCHITECTURES.values(), (True, False)))


def ids(value: Architecture | bool) -> str:
    return value.name if isinstance(value, Architecture) else ("full" if value else "no-open")


@pytest.mark.parametrize(("architecture", "may_open"), MODES, ids=ids)
def test_only_listed_numbers_are_allowed_whatever_the_arguments(architecture: Architecture, may_open: bool) -> None:
    program = seccomp.build(architecture, may_open=may_open)
    listed = {architecture.numbers[name] for name in (PLAIN | GUARDED) & architecture.numbers.keys()}
    words = (0, 1, 2, 3, 4, 7, 0o100, 0x1000, 0o2000000, 0x3D0F00, 1 << 32, 2**64 - 1)
    for number in range(FIRST_UNKNOWN + 200):
        verdicts = {decide(program, number, architecture.audit, [word] * 6) for word in words}
        if number >= FIRST_UNKNOWN:
            assert verdicts == {ENOSYS}
        elif number not in listed:
            assert verdicts == {EPERM}, number


@pytest.mark.parametrize(("architecture", "may_open"), MODES, ids=ids)
def test_plain_calls_are_allowed_but_paths_where_nothing_may_be_opened(
    architecture: Architecture, may_open: bool
) -> None:
    program = seccomp.build(architecture, may_open=may_open)
    for name in PLAIN & architecture.numbers.keys():
        allowed = decide(program, architecture.numbers[name], architecture.audit) == ALLOW
        assert allowed == (may_open or name not in PATHS), name


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ids)
def test_dangerous_calls_are_denied(architecture: Architecture) -> None:
    program = seccomp.build(architecture)
    for name, number in DANGEROUS[architecture.name].items():
        assert decide(program, number, architecture.audit) == EPERM, name


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ids)
def test_calls_of_a_foreign_architecture_kill(architecture: Architecture, foreign: int) -> None:
    program = seccomp.build(architecture)
    assert {decide(program, number, foreign) for number in range(500)} == {KILL}


def test_x32_numbers_kill() -> None:
    program = seccomp.build(ARCHITECTURES["x86_64"])
    audit = ARCHITECTURES["x86_64"].audit
    assert {decide(program, 0x40000000 + number, audit) for number in range(600)} == {KILL}
    assert decide(program, -1, audit) == KILL


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ids)
@pytest.mark.parametrize(
    ("name", "arguments", "verdict"),
    [
        ("openat", [0, 0, 0o2000000], ALLOW),
        ("openat", [0, 0, 0o1], EACCES),
        ("openat", [0, 0, 0o2], EACCES),
        ("openat", [0, 0, 0o100], EACCES),
        ("openat", [0, 0, 0o1000], EACCES),
        ("openat", [0, 0, 0o2000], EACCES),
        ("openat", [0, 0, 0o20000], EACCES),  # O_ASYNC
        ("openat", [0, 0, 0o10000000], EACCES),  # O_PATH
        ("openat", [0, 0, 0o20000000], EACCES),  # O_TMPFILE
        ("mmap", [0, 4096, 3], ALLOW),
        ("mmap", [0, 4096, 5], ALLOW),
        ("mmap", [0, 4096, 7], EACCES),
        ("mmap", [0, 4096, 6], EACCES),
        ("mprotect", [0, 4096, 3], ALLOW),
        ("mprotect", [0, 4096, 4], EACCES),
        ("mprotect", [0, 4096, 7], EACCES),
        ("clone", [17], EAGAIN),
        ("clone", [0x3D0F00], EAGAIN),
        ("clone3", [0], ENOSYS),
        ("ioctl", [0, 0x5401], ENOTTY),
        ("ioctl", [0, 0x5412], ENOTTY),
        ("fcntl", [3, 1], ALLOW),
        ("fcntl", [3, 3], ALLOW),
        ("fcntl", [3, 4, 0o20000], EPERM),
        ("fcntl", [3, 8, 1], EPERM),
        ("fcntl", [3, 0], EPERM),
        ("prlimit64", [0, 9, 0, 1], ALLOW),
        ("prlimit64", [0, 9, 5], EPERM),
        ("prlimit64", [0, 9, 1 << 32], EPERM),
        ("prlimit64", [5, 9, 0], EPERM),
    ],
)
def test_guarded_calls_depend_on_their_arguments(
    architecture: Architecture, name: str, arguments: list[int], verdict: int
) -> None:
    program = seccomp.build(architecture)
    assert decide(program, architecture.numbers[name], architecture.audit, arguments) == verdict


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ids)
def test_nothing_opens_where_files_cannot_be_confined(architecture: Architecture) -> None:
    program = seccomp.build(architecture, may_open=False)
    for flags in range(0, 0o100000000, 0o1111):
        assert decide(program, architecture.numbers["openat"], architecture.audit, [0, 0, flags]) == EACCES
    stat = architecture.numbers["newfstatat"]
    assert decide(program, stat, architecture.audit, [3, 0, 0, 0x1000]) == ALLOW
    assert decide(program, stat, architecture.audit, [3, 0, 0, 0]) == EACCES


def test_every_call_has_a_number_where_it_exists() -> None:
    absent = {"open", "stat", "lstat", "access", "poll", "select", "time"}
    for architecture in ARCHITECTURES.values():
        missing = (PLAIN | GUARDED) - architecture.numbers.keys()
        assert missing == (absent if architecture.name == "aarch64" else set())
        assert len(set(architecture.numbers.values())) == len(architecture.numbers)


INT_0X80 = """
import ctypes, mmap, sys
sys.path.insert(0, {folder!r})
from inside import privileges, seccomp, syscalls
room = mmap.mmap(-1, 4096, prot=7)
room.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid of i386); int 0x80; ret
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(room)))
if {confined}:
    privileges.gain_no_more()
    seccomp.apply(seccomp.build(syscalls.here()))
call()
print("called")
"""


@pytest.mark.skipif(getattr(syscalls.here(), "name", "") != "x86_64", reason="int 0x80 is of x86")
@pytest.mark.parametrize("confined", [False, True])
def test_int_0x80_works_without_the_filter_and_kills_with_it(confined: bool) -> None:
    code = INT_0X80.format(folder=str(SOURCES), confined=confined)
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    if confined:
        assert ended.returncode == -signal.SIGSYS
    elif ended.returncode == -signal.SIGSEGV:
        pytest.skip("this kernel has no 32-bit calls")
    else:
        assert ended.stdout == "called\n"
