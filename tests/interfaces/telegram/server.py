"""A Bot API server on this machine: it hands out updates to who asks for them, and keeps what a bot sends."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "123:secret-token"
USER = 42


class BotServer(ThreadingHTTPServer):
    """Speaks the methods that the bot uses; `calls` are (method, fields) in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.updates: queue.Queue[dict[str, Any]] = queue.Queue()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.numbers = iter(range(1, 10**6))
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def says(self, text: str, user: int = USER, chat: int | None = None, kind: str = "private") -> None:
        """Put a message of a user into the queue."""
        message = {
            "message_id": next(self.numbers), "date": int(time.time()), "text": text,
            "chat": {"id": chat or user, "type": kind}, "from": {"id": user, "is_bot": False, "first_name": "Eva"},
        }  # fmt: skip
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        self.updates.put({"update_id": next(self.numbers), "message": message})

    def presses(self, data: str, user: int = USER, chat: int = USER) -> None:
        """Put the press of a button into the queue."""
        pressed = {"message_id": 7, "date": int(time.time()), "chat": {"id": chat, "type": "private"}, "text": "answer"}
        self.updates.put({
            "update_id": next(self.numbers),
            "callback_query": {"id": "q", "from": {"id": user, "is_bot": False, "first_name": "Eva"},
                               "chat_instance": "c", "message": pressed, "data": data},
        })  # fmt: skip

    def sent(self, method: str, fits: Callable[[dict[str, Any]], bool] = lambda fields: True) -> dict[str, Any]:
        """Return the fields of the first call that fits, waiting for it."""
        until = time.monotonic() + 240
        while time.monotonic() < until:
            found = next((fields for name, fields in list(self.calls) if name == method and fits(fields)), None)
            if found is not None:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no {method} came that fits; there were {[(n, str(f)[:80]) for n, f in self.calls]}")


class _Handler(BaseHTTPRequestHandler):
    server: BotServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        fields = self._fields()
        _, token, method = self.path.split("/")
        if token != f"bot{TOKEN}":
            self._answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
            return
        if method == "getUpdates":
            self._answer(200, {"ok": True, "result": self._updates()})
            return
        self.server.calls.append((method, fields))
        self._answer(200, {"ok": True, "result": self._result(method, fields)})

    def _updates(self) -> list[dict[str, Any]]:
        try:
            return [self.server.updates.get(timeout=0 if self.server.over.is_set() else 0.5)]
        except queue.Empty:
            return []

    def _result(self, method: str, fields: dict[str, Any]) -> Any:
        if method == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "CRM", "username": "crm_bot"}
        if method in ("sendMessage", "sendPhoto", "editMessageText", "editMessageReplyMarkup"):
            chat = {"id": int(fields["chat_id"]), "type": "private"}
            return {"message_id": next(self.server.numbers), "date": int(time.time()), "chat": chat, "text": "sent"}
        return True

    def _fields(self) -> dict[str, Any]:
        body, kind = self.rfile.read(int(self.headers.get("Content-Length") or 0)), self.headers["Content-Type"] or ""
        if kind.startswith("multipart/"):
            parts = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body).get_payload()
            names = [part.get_param("name", header="content-disposition") for part in parts]
            return dict(zip(names, [part.get_payload(decode=True) for part in parts], strict=True))
        if kind.startswith("application/json"):
            return dict(json.loads(body or b"{}"))
        return dict(parse_qsl(body.decode()))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
