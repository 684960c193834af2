"""The zygote's first step: the environment is set before any library is imported, since they read it once.

Run as `python -I -B -c "…; from inside import launch; launch.main(<descriptor>, <folder>)"`.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from contextlib import suppress

ENVIRONMENT = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "ARROW_IO_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "LOKY_MAX_CPU_COUNT": "1",
    "JOBLIB_MULTIPROCESSING": "0",
    "MPLBACKEND": "Agg",
    "TZ": "UTC",
}
"""No library may start a thread: a fork copies the calling one alone."""


def main(descriptor: int, folder: str) -> None:
    """Take the socket to the app, forget where our own code lies, and become the zygote."""
    os.environ.update({**ENVIRONMENT, "MPLCONFIGDIR": folder})  # noqa: TID251
    time.tzset()
    from . import zygote

    sys.path.pop(0)
    os.set_inheritable(descriptor, False)
    with suppress(BrokenPipeError):
        zygote.run(socket.socket(fileno=descriptor))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
