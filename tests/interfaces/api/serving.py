"""A real `crm serve` in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SECONDS = 60.0


@dataclass
class Served:
    """A server and the home it works on."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    log: Path

    def client(self, key: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=SECONDS, trust_env=False)

    def post(self, path: str, key: str | None = None, **body: Any) -> httpx.Response:
        with self.client(key) as client:
            return client.post(path, json=body)

    def get(self, path: str, key: str | None = None) -> httpx.Response:
        with self.client(key) as client:
            return client.get(path)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(SECONDS)

    def terminate(self) -> None:
        """Tell it to stop, as a supervisor does."""
        self.process.send_signal(signal.SIGTERM)


@contextmanager
def served(home: Path, *words: str, **settings: str) -> Iterator[Served]:
    """Serve a home on a free port until the end; its log must hold no traceback."""
    log = home.parent / f"serve-{time.monotonic_ns()}.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}  # noqa: TID251
    environment |= {"CRM_HOME": str(home), "OMP_NUM_THREADS": "1", **settings}
    command = [sys.executable, "-m", "crm_copilot.interfaces.cli", "serve", "--port", "0", *words]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=home.parent, env=environment, stdout=out, stderr=out)
    try:
        yield Served(_ready(process, log), home, process, log)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait(10)
    assert "Traceback" not in log.read_text(), log.read_text()


def _ready(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"http://\S+", log.read_text())
        if found is not None:
            with suppress(httpx.TransportError):
                if httpx.get(f"{found[0]}/ready", trust_env=False, timeout=5).status_code == 200:
                    return found[0]
        time.sleep(0.05)
    raise AssertionError(f"crm serve did not get ready:\n{log.read_text()}")
