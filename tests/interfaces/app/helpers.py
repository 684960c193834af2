"""What the tests of the app drive it with: AppTest, a Streamlit server, and a model that waits to be let go."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ports import free_port
from slow_model import SlowModel as SlowModel
from streamlit.testing.v1 import AppTest

from crm_copilot.interfaces.app import resources
from crm_copilot.settings import ROOT

SCRIPT = ROOT / "app.py"
START_SECONDS = 60.0
_COMPLAINT = re.compile(r"Traceback|warning|error|deprecat", re.IGNORECASE)


class App:
    """The app within this process."""

    def open(self, page: str = "chat", **query: str) -> AppTest:
        """Open a page in a new session."""
        script = f"from crm_copilot.interfaces.app import main\nmain({page!r})"
        test = AppTest.from_string(script, default_timeout=START_SECONDS)
        test.query_params.update(query)
        return self.run(test)

    def run(self, test: AppTest) -> AppTest:
        """Draw the page until nothing is being answered or loaded."""
        test.run()
        while test.status:
            for job in resources.jobs().running():
                assert job.ended.wait(START_SECONDS)
            test.run()
        assert not test.exception, test.exception[0].message
        return test

    def ask(self, test: AppTest, question: str) -> AppTest:
        test.chat_input[0].set_value(question)
        return self.run(test)


def texts(page: AppTest) -> str:
    """Return all plain text on a page."""
    return "\n".join(text.value for text in page.text)


def press(page: AppTest, label: str) -> None:
    """Press the button of this label; it takes effect when the page is run."""
    next(found for found in page.button if found.label == label).click()


@dataclass
class Server:
    """A Streamlit server and the home it works on."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def serve(home: Path, port: int | None = None, **settings: str) -> Iterator[Server]:
    """Serve the app on a free port, or on the port of one that was killed; its log must hold no complaint."""
    port = port or free_port()
    log = home.parent / f"server-{port}-{time.monotonic_ns()}.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}  # noqa: TID251
    environment |= {"CRM_HOME": str(home), **settings}
    command = [sys.executable, "-m", "streamlit", "run", str(SCRIPT)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=home.parent, env=environment, stdout=out, stderr=out)
    started = Server(f"http://127.0.0.1:{port}", home, process, log)
    try:
        _wait(started)
        yield started
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()
        process.wait(10)
    assert not _COMPLAINT.search(told := log.read_text()), told


def _wait(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5) as reply:
            if reply.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the app did not start:\n{server.log.read_text()}")
