"""Scripted stand-ins for what the graph needs from outside, and short ways to make the nouns of the house.

Each does what its port says and no more, and keeps what it was asked, so that a test can read it back. An exception
in a script is raised when its turn comes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crm_copilot.domain import Attempt, Context, Execution, Program, Review, Understanding, Verdict
from crm_copilot.library import codec
from crm_copilot.library.plan import Plan

FIRST, LAST = date(2016, 9, 1), date(2018, 8, 31)
ACCEPT = Verdict("accept", confidence=0.9)
CODE = "def answer(orders):\n    return len(orders)\n"


def context(
    question: str = "how many orders?", *, plan: Plan | None = None, confidence: float = 0.9, **changes: Any
) -> Context:
    """Return what a retriever finds when it finds nothing but, with `plan`, a reading."""
    reading = Understanding(codec.to_json(plan), confidence) if plan is not None else None
    return replace(Context(question, "en", LAST, FIRST, reading=reading), **changes)


def program(code: str = CODE, prior: float = 1.0, *, plan: Plan | None = None, **changes: Any) -> Program:
    found = Program(code, "library" if plan is not None else "model:scripted", prior, **changes)
    return replace(found, plan=codec.to_json(plan)) if plan is not None else found


def scalar(value: Any) -> Execution:
    return Execution("ok", ("value",), ((value,),), "scalar", value, 1)


def table(columns: Sequence[str], *rows: Sequence[Any], n_rows: int | None = None) -> Execution:
    return Execution(
        "ok", tuple(columns), tuple(tuple(row) for row in rows), "table", n_rows=len(rows) if n_rows is None else n_rows
    )


def failed(error: str, status: Any = "error") -> Execution:
    return Execution(status, error=error, error_type="KeyError")


def attempt(chosen: Program, execution: Execution, feedback: str = "", reason: str = "") -> Attempt:
    return Attempt((chosen,), (execution,), 0, Verdict("retry", reason, feedback))


class ScriptedRetriever:
    """Finds the same for every question but for the question itself."""

    def __init__(self, found: Context | None = None) -> None:
        self.found = found or context()
        self.asked: list[tuple[str, Any]] = []

    def retrieve(self, question: str, *, plan: dict[str, Any] | None = None) -> Context:
        self.asked.append((question, plan))
        return replace(self.found, question=question)


class ScriptedModel:
    """Writes the candidates of its rounds one after another, then the last round's again."""

    name = "scripted"

    def __init__(self, *rounds: Sequence[Program] | Exception) -> None:
        self._rounds = list(rounds) or [[program()]]
        self.seen: list[tuple[Context, list[Attempt]]] = []

    def write(self, context: Context, attempts: Sequence[Attempt]) -> Sequence[Program]:
        self.seen.append((context, list(attempts)))
        place = min(len(self.seen), len(self._rounds)) - 1
        return _given(self._rounds[place])


class ScriptedRunner:
    """Gives each run the next of its results, then the last again; a function among them is called with `cancel`."""

    def __init__(self, *results: Execution | Exception | Callable[[threading.Event | None], Execution]) -> None:
        self._results = list(results) or [scalar(1)]
        self.codes: list[str] = []

    def run(
        self, code: str, *, cancel: threading.Event | None = None, timeout_seconds: float | None = None
    ) -> Execution:
        self.codes.append(code)
        result = self._results[min(len(self.codes), len(self._results)) - 1]
        return result(cancel) if callable(result) else _given(result)


class ScriptedJudge:
    """Gives the next of its verdicts, then the last again, about the first candidate."""

    def __init__(self, *verdicts: Verdict) -> None:
        self._verdicts = list(verdicts) or [ACCEPT]
        self.reviewed: list[Sequence[Execution]] = []

    def review(
        self,
        context: Context,
        programs: Sequence[Program],
        executions: Sequence[Execution],
        attempts: Sequence[Attempt],
    ) -> Review:
        self.reviewed.append(executions)
        verdict = self._verdicts[min(len(self.reviewed), len(self._verdicts)) - 1]
        return Review(verdict, 0 if programs else None)


def _given(scripted: Any) -> Any:
    if isinstance(scripted, Exception):
        raise scripted
    return scripted


# --------------------------------------------------------------------------------------- a model behind HTTP

Say = Callable[["ChatRequest"], None]


class ChatRequest(BaseHTTPRequestHandler):
    """One request to a `ChatServer`, answered by its script."""

    server: ChatServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body)(self)

    def reply(self, status: int, content: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the output belongs to the tests."""


def says(text: str | None) -> Say:
    """Answer as a model that says this."""
    message = {"role": "assistant", "content": text}
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "tiny",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return lambda request: request.reply(200, json.dumps(completion).encode())


def breaks(status: int, content: str = '{"error": {"message": "out of memory", "type": "server_error"}}') -> Say:
    """Answer with an error of the server, or with something that is no completion."""
    return lambda request: request.reply(status, content.encode())


class ChatServer(ThreadingHTTPServer):
    """Speaks the chat completions protocol of OpenAI; gives each request its next answer, then the last again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ChatRequest)
        self.requests: list[tuple[str, Mapping[str, str], dict[str, Any]]] = []
        self.script: list[Say] = []
        self.over = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def heard(self, path: str, headers: Mapping[str, str], body: dict[str, Any]) -> Say:
        with self._lock:
            self.requests.append((path, headers, body))
            return self.script[min(len(self.requests), len(self.script)) - 1]

    def trickles(self, request: ChatRequest) -> None:
        """Begin to answer, and send a space now and then until the test is over."""
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        request.close_connection = True
        with suppress(OSError):
            while not self.over.wait(0.05):
                request.wfile.write(b" ")

    def hangs(self, request: ChatRequest) -> None:
        """Answer nothing until the test is over."""
        self.over.wait(30)
        request.close_connection = True
