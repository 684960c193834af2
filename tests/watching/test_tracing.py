"""Traces, as a real receiver of OTLP over HTTP gets them."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as conventions

from crm_copilot.bootstrap import House
from crm_copilot.watching import tracing

OPERATIONS = {value.value for value in conventions.GenAiOperationNameValues}
KNOWN = {value for name, value in vars(conventions).items() if name.startswith("GEN_AI_")}


class Receiver(ThreadingHTTPServer):
    """Takes what an OTLP exporter sends, at /v1/traces only."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[ExportTraceServiceRequest] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def spans(self) -> list[Any]:
        return [
            s for r in self.requests for found in r.resource_spans for scope in found.scope_spans for s in scope.spans
        ]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        assert self.path == "/v1/traces", self.path
        self.server.requests.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()
        self.wfile.write(ExportTraceServiceResponse().SerializeToString())

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        tracing.stop()
        server.shutdown()


def attributes(span: Any) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes}


def test_a_question_is_a_tree_of_spans_with_the_names_of_the_conventions(receiver: Receiver, house: House) -> None:
    tracing.start(receiver.address)
    answer = house.copilot.ask("revenue by state; and how many orders?")
    tracing.stop()
    (root,) = (span for span in receiver.spans if not span.parent_span_id)
    nodes = [span for span in receiver.spans if span.parent_span_id]
    assert root.name == "invoke_agent crm-copilot"
    assert attributes(root)["gen_ai.conversation.id"] == answer["thread"]
    assert {span.parent_span_id for span in nodes} == {root.span_id}, "also those that ran in other threads"
    assert sorted(span.name for span in nodes) == sorted(
        ["retrieval texts", "chat embedded", "execute_tool sandbox", "reflect", "respond"] * len(answer["results"])
    )
    for span in receiver.spans:
        told = attributes(span)
        assert told.get("gen_ai.operation.name", "chat") in OPERATIONS
        assert {name for name in told if name.startswith("gen_ai.")} <= KNOWN
    judged = next(attributes(span) for span in nodes if span.name == "reflect")
    assert judged["gen_ai.evaluation.score.label"] == "accept"


def test_what_a_model_read_and_wrote_is_told(receiver: Receiver, house: House) -> None:
    tracing.start(receiver.address)
    answer = house.copilot.ask("revenue by state in 2018")
    tracing.stop()
    (written,) = (attributes(span) for span in receiver.spans if span.name.startswith("chat"))
    told = {name: written[f"gen_ai.usage.{name}_tokens"] for name in ("input", "output")}
    assert told == answer["tokens"]
    assert min(told.values()) > 10


def test_traces_hold_nothing_of_what_was_asked_or_answered(receiver: Receiver, house: House) -> None:
    tracing.start(receiver.address)
    answer = house.copilot.ask("what did Maria Oliveira of Zenith Imports buy in sao paulo?")
    tracing.stop()
    sent = b"".join(request.SerializeToString() for request in receiver.requests).lower()
    assert receiver.spans
    for secret in (
        "maria",
        "zenith",
        "sao paulo",
        *(str(cell) for row in answer["results"][0]["rows"] for cell in row),
    ):
        assert len(secret) < 4 or secret.lower().encode() not in sent


def test_an_error_is_told_by_its_type_alone(receiver: Receiver) -> None:
    tracing.start(receiver.address)
    with pytest.raises(KeyError), tracing.span("reading", crm__table="orders"):
        raise KeyError("Maria Oliveira")
    tracing.stop()
    (span,) = receiver.spans
    assert span.status.code == 2
    assert attributes(span)["error.type"] == "KeyError"
    assert b"Maria" not in span.SerializeToString()


def test_without_a_receiver_questions_are_answered_all_the_same(house: House) -> None:
    tracing.start("http://127.0.0.1:9")
    try:
        assert house.copilot.ask("How many orders?")["status"] == "answered"
    finally:
        tracing.stop()


def test_nothing_of_it_is_imported_while_it_is_off() -> None:
    code = (
        "import sys; from crm_copilot.watching import tracing, logs, tokens\n"
        "with tracing.span('x', a=1) as trace: trace.set({'b': 2})\n"
        "assert not [name for name in sys.modules if name.startswith(('opentelemetry', 'prometheus_client'))]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(
    ("model", "provider"),
    [("embedded", "crm-copilot"), ("openai:gpt-4o-mini", "openai"), ("mistralai:large", "mistral_ai")],
)
def test_the_provider_of_a_model(model: str, provider: str) -> None:
    assert tracing.provider_of(model) == provider
