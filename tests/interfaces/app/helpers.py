"""What the tests of the app drive it with: AppTest, a Streamlit server, and a model that waits to be let go."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from streamlit.testing.v1 import AppTest

from crm_copilot.interfaces.app import resources
from crm_copilot.settings import ROOT

SCRIPT = ROOT / "app.py"
START_SECONDS = 60.0
_COMPLAINT = re.compile(r"Traceback|warning|error|deprecat", re.IGNORECASE)
CODE = """def answer(orders):
    counts = orders.groupby("order_status", as_index=False).agg(orders=("order_id", "nunique"))
    return counts.sort_values("orders", ascending=False)
"""


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


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass
class SlowModel:
    """An OpenAI-compatible server whose answer comes when `release` is called."""

    code: str = CODE
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _let_go: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="slow-model", daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        return {
            "CRM_MODEL": "openai:slow",
            "CRM_MODEL_BASE_URL": f"http://127.0.0.1:{self._server.server_address[1]}/v1",
            "CRM_MODEL_API_KEY": "x",
            "CRM_MODEL_CANDIDATES": "1",
        }

    def hold(self) -> None:
        """Answer nothing from now on; forget who has asked."""
        self._let_go.clear()
        while self.asked.acquire(blocking=False):
            pass

    def release(self) -> None:
        """Answer everybody."""
        self._let_go.set()

    def wait_until_asked(self) -> None:
        assert self.asked.acquire(timeout=START_SECONDS), "the model was not asked"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                model.asked.release()
                model._let_go.wait(START_SECONDS)
                body = json.dumps(_completion(model.code)).encode()
                with suppress(OSError):
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *values: object) -> None:
                pass

        return Handler


def _completion(code: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": f"```python\n{code}```"}
    return {
        "id": "slow",
        "object": "chat.completion",
        "created": 0,
        "model": "slow",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
