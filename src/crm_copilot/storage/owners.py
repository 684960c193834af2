"""Which process answers a turn, and whether it still lives.

On this host that can be seen. A process of another one (there is one database and several machines) says every few
seconds that it lives; it is taken for dead when it has not for a while.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from crm_copilot.storage.columns import now

BEAT_SECONDS = 15.0
SILENCE = timedelta(seconds=90)


def this_process() -> str:
    """Name this process so that another can tell whether it lives, also when its number is used again."""
    pid = os.getpid()
    return f"{pid}:{_started(pid)}@{this_host()}"


@cache
def this_host() -> str:
    """Name where numbers of processes mean the same: the machine since it was started, the container."""
    return f"{socket.gethostname()}/{_read('/proc/sys/kernel/random/boot_id')[:8]}/{_namespace()}"


def is_alive(owner: str, beat: datetime | None) -> bool:
    """Whether a process still lives; `beat` is when it last said so."""
    process, _, host = owner.partition("@")
    if host and host != this_host():
        return beat is not None and now() - beat < SILENCE
    pid, _, started = process.partition(":")
    return bool(started) and _started(int(pid)) == started


def _started(pid: int) -> str:
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""


def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return ""


def _read(file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError:
        return ""
