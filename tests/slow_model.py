"""A chat model behind HTTP that answers when a test lets it: something can happen in the middle of an answer."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

SECONDS = 60.0
CODE = """def answer(orders):
    counts = orders.groupby("order_status", as_index=False).agg(orders=("order_id", "nunique"))
    return counts.sort_values("orders", ascending=False)
"""


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
            "CRM_CACHE_SECONDS": "0",  # an equal question asks again
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
        assert self.asked.acquire(timeout=SECONDS), "the model was not asked"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                model.asked.release()
                model._let_go.wait(SECONDS)
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
