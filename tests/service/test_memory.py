"""Threads that come and go share the memory that they have let go of."""

from __future__ import annotations

import subprocess
import sys

COUNTS = """
import ctypes, tempfile, threading
from crm_copilot.service.memory import share_arenas

libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
if {shared}:
    share_arenas()
together = threading.Barrier(12)

def work():
    libc.free.argtypes = [ctypes.c_void_p]
    libc.malloc.restype = ctypes.c_void_p
    held = libc.malloc(5000)
    together.wait()
    libc.free(held)

threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads], [thread.join() for thread in threads]
with tempfile.NamedTemporaryFile() as file:
    libc.fclose.argtypes = libc.malloc_info.argtypes = None
    stream = ctypes.c_void_p(libc.fopen(file.name.encode(), b"w"))
    libc.malloc_info(0, stream), libc.fclose(stream)
    print(file.read().count(b"<heap "))
"""


def test_many_threads_take_two_arenas() -> None:
    def arenas(shared: bool) -> int:
        done = subprocess.run(
            [sys.executable, "-c", COUNTS.format(shared=shared)], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    assert arenas(shared=True) <= 2 < arenas(shared=False)
