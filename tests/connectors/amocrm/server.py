"""A server on this machine that speaks amoCRM's API v4: tokens that end and are used once, pages, 204, 401 and 429."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

Entities = dict[str, list[dict[str, Any]]]


class AmoServer(ThreadingHTTPServer):
    """Holds lists of entities; `script` may answer a request in place of the server: (status, headers, body)."""

    daemon_threads = True

    def __init__(self, entities: Entities) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.entities = entities
        self.page = 2
        self.access, self.refresh, self.codes = "access-0", "refresh-0", {"code-1"}
        self.issued = 0
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.refreshed: list[str] = []
        self.script: list[Callable[[str], tuple[int, dict[str, str], str] | None]] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def issue(self) -> dict[str, Any]:
        self.issued += 1
        self.access, self.refresh = f"access-{self.issued}", f"refresh-{self.issued}"
        return {
            "token_type": "Bearer", "expires_in": 86400, "access_token": self.access, "refresh_token": self.refresh,
        }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    server: AmoServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            by_code = given["grant_type"] == "authorization_code" and given.get("code") in self.server.codes
            by_token = given["grant_type"] == "refresh_token" and given.get("refresh_token") == self.server.refresh
            if by_token:
                self.server.refreshed.append(given["refresh_token"])
            if given["client_secret"] != "secret" or not (by_code or by_token):
                self._answer(400, {"hint": "Authorization code has expired"})
                return
            self._answer(200, self.server.issue())

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        name = parts.path.removeprefix("/api/v4/")
        self.server.asked.append((name, query))
        for script in list(self.server.script):
            if (found := script(name)) is not None:
                self.server.script.remove(script)
                self._send(found[0], found[2].encode(), found[1])
                return
        if self.headers.get("Authorization") != f"Bearer {self.server.access}":
            self._answer(401, {"title": "Unauthorized"})
            return
        self._list(name, query)

    def _list(self, name: str, query: dict[str, list[str]]) -> None:
        number, since = int(query["page"][0]), int((query.get("filter[updated_at][from]") or ["0"])[0])
        found = [e for e in self.server.entities.get(name, []) if e.get("updated_at", 10**12) >= since]
        start = (number - 1) * self.server.page
        chosen = found[start : start + self.server.page]
        if not chosen:
            self._send(204, b"", {})
            return
        links: dict[str, Any] = {"self": {"href": self.path}}
        if start + self.server.page < len(found):
            following = urlencode({**{k: v[0] for k, v in query.items()}, "page": number + 1})
            links["next"] = {"href": f"{self.server.url}/api/v4/{name}?{following}"}
        self._answer(200, {"_page": number, "_links": links, "_embedded": {name.rsplit("/", 1)[-1]: chosen}})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/hal+json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
