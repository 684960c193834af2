"""Many programs, a fifth of them hostile: nothing is left of them. The long run is in benchmarks/sandbox.py.

They are run by a process of their own (this file as a program): beside other tests one would count what those hold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from crm_copilot.sandbox import Limits, Sandbox
from crm_copilot.settings import ROOT

PROGRAMS = 600
BENIGN = (
    "def f(df):\n    return len(df)",
    "def f(df):\n    return df.groupby('item_id')['score'].mean().nlargest(3)",
    "def f(df):\n    return df.head(50)",
    "def f(df):\n    return {'n': 1}",
)
HOSTILE = (
    "def f(df):\n    import os\n    os._exit(3)",
    "def f(df):\n    import ctypes\n    ctypes.string_at(0)",
    "def f(df):\n    return open('/etc/passwd').read()",
    "def f(df):\n    import os\n    while True: os.write(3, b'x' * 65536)",
    "def f(df):\n    return bytearray(3 << 30)",
    "def f(df):\n    import os\n    os.write(3, b'[]\\n')\n    os.fork()",
)


def held(sandbox: Sandbox) -> tuple[int, int, int, int, int]:
    """Descriptors and threads of the app, descriptors and children of the zygote, memory of both in MB."""
    app, zygote = psutil.Process(), psutil.Process(sandbox.doctor()["zygote"]["pid"])
    memory = (app.memory_info().rss + zygote.memory_info().rss) >> 20
    return app.num_fds(), threading.active_count(), zygote.num_fds(), len(zygote.children()), memory


def soak(frame: Path) -> None:
    """Print what was held before and after the programs, and which of them came to a result."""
    with Sandbox({"df": frame}, limits=Limits(wall_seconds=5), gate=False) as sandbox:
        sandbox.run("def f():\n    return stats.norm.cdf(0)")
        codes = [HOSTILE[n // 5 % len(HOSTILE)] if n % 5 == 4 else BENIGN[n % len(BENIGN)] for n in range(PROGRAMS)]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(sandbox.run, codes[:60]))
            time.sleep(0.5)
            before = held(sandbox)
            executions = list(pool.map(sandbox.run, codes))
            time.sleep(0.5)
            after = held(sandbox)
    print(json.dumps({"before": before, "after": after, "ok": [execution.ok for execution in executions]}))


def test_nothing_is_left_of_many_programs(files: dict[str, Path]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}  # noqa: TID251
    command = [sys.executable, __file__, str(files["df"])]
    told = json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)
    assert told["ok"] == [n % 5 != 4 for n in range(PROGRAMS)]
    assert told["after"][:4] == told["before"][:4]
    assert told["after"][4] - told["before"][4] < 20


if __name__ == "__main__":
    soak(Path(sys.argv[1]))
