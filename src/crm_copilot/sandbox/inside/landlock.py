"""Landlock: of all files, a worker may read the interpreter's libraries, time zones and fonts, and no others.

Every right on files that the running kernel knows is taken away; reading is given back beneath a few folders;
executing and writing nowhere. No TCP (ABI 4), no abstract sockets and no signals outside (ABI 6).

The rules are made once, in the zygote; binding a worker to them is one call. Not covered by Landlock: whether
a path exists and its size (`stat`), and sockets other than TCP, which seccomp denies.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
from collections.abc import Iterable

from . import syscalls

READ_FILE, READ_DIR = 1 << 2, 1 << 3
_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_VERSION, _PATH_BENEATH = 1, 1
_TCP_BIND_CONNECT, _SCOPE_SOCKET_SIGNAL = 3, 3


def abi() -> int:
    """Return the kernel's version of Landlock, 0 where there is none."""
    found = _call(syscalls.LANDLOCK_CREATE_RULESET, None, 0, _VERSION) if syscalls.here() else 0
    return max(found, 0)


def ruleset(readable: Iterable[str]) -> int:
    """Return a descriptor of rules that let nothing be done but read beneath these paths."""
    version = abi()
    if version < 1:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    rights = (1 << _RIGHTS_BY_ABI.get(version, 16)) - 1
    attributes = struct.pack("QQQ", rights, _TCP_BIND_CONNECT, _SCOPE_SOCKET_SIGNAL)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = _call(syscalls.LANDLOCK_CREATE_RULESET, attributes, size, 0)
    if rules < 0:
        raise OSError(ctypes.get_errno(), "the kernel refused the Landlock rules")
    os.set_inheritable(rules, False)
    for path in readable:
        _allow_reading(rules, path)
    return rules


def restrict(rules: int) -> None:
    """Bind the calling thread, for good, to the rules; it needs no_new_privs."""
    if _call(syscalls.LANDLOCK_RESTRICT_SELF, rules, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused to enforce the Landlock rules")


def _allow_reading(rules: int, path: str) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        folder = stat.S_ISDIR(os.fstat(target).st_mode)
        rule = struct.pack("=Qi", READ_FILE | (READ_DIR if folder else 0), target)
        if _call(syscalls.LANDLOCK_ADD_RULE, rules, _PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"the kernel refused a Landlock rule for {path}")
    finally:
        os.close(target)


def _call(number: int, *arguments: int | bytes | None) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    plain = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return int(libc.syscall(ctypes.c_long(number), *plain))
