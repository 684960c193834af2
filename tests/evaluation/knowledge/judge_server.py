"""An OpenAI-compatible server on this machine, to judge with: it speaks by a rule, and has no model behind it.

Its rule fills in the JSON schema that ragas asks for; "weak" answers as a model that writes code alone would.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WEAK = "def answer(orders):\n    return orders['order_id'].nunique()\n"
_NO = ("noncommittal",)  # 1 would say that the answer evades the question


@contextmanager
def served() -> Iterator[str]:
    """Serve while the context lasts, and give the address; a model called "weak" writes code."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = "\n".join(str(message["content"]) for message in asked["messages"])
        text = WEAK if asked["model"] == "weak" else json.dumps(_filled(*_schema(prompt)))
        message = {"role": "assistant", "content": text}
        body = json.dumps({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": asked["model"],
            "choices": [
                {"index": n, "message": message, "finish_reason": "stop"} for n in range(int(asked.get("n") or 1))
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }).encode()  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given: Any) -> None:
        """Say nothing."""


def _schema(prompt: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the JSON schema that a prompt holds, and the parts that it defines."""
    start = prompt.index("{", prompt.index("schema"))
    found, _ = json.JSONDecoder().raw_decode(prompt[start:])
    return found, found.get("$defs", {})


def _filled(schema: Mapping[str, Any], parts: Mapping[str, Any], name: str = "") -> Any:
    """Return the least that fits a schema: lists of one, 1 for numbers, words for texts."""
    if "$ref" in schema:
        return _filled(parts[str(schema["$ref"]).rsplit("/", 1)[-1]], parts, name)
    if schema.get("type") == "object":
        return {key: _filled(value, parts, key) for key, value in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_filled(schema["items"], parts, name)]
    return "how do I cancel an order?" if schema.get("type") == "string" else int(name not in _NO)
