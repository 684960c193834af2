"""Traces of each message over OTLP/HTTP, off until `start` is called; opentelemetry is not imported before.

Names and attributes are those of the GenAI semantic conventions. What was asked and what was answered are never
recorded, nor the texts of errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from typing import Any

AGENT = "crm-copilot"
OPERATION = "gen_ai.operation.name"
_PROVIDERS = {"mistralai": "mistral_ai", "google_genai": "gcp.gemini", "google_vertexai": "gcp.vertex_ai"}
_provider: Any = None


class Trace:
    """One span, or none at all."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def set(self, attributes: Mapping[str, Any]) -> None:
        """Add attributes; those that are None are left out."""
        if self._span is not None:
            self._span.set_attributes({name: value for name, value in attributes.items() if value is not None})


_NONE = Trace()


def start(endpoint: str) -> None:
    """Send traces to an OTLP/HTTP receiver, for example http://localhost:4318; further calls change nothing."""
    global _provider
    if _provider is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": AGENT, "service.version": version(AGENT)})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    _provider = provider


def stop() -> None:
    """Send what is still here and trace no more."""
    global _provider
    provider, _provider = _provider, None
    if provider is not None:
        provider.shutdown()


@contextmanager
def span(name: str, **attributes: Any) -> Iterator[Trace]:
    """Trace what happens inside, as a child of the span that is open; attributes that are None are left out.

    An exception marks the span with its type and goes on.
    """
    if _provider is None:
        yield _NONE
        return
    with _traced(name, attributes) as trace:
        yield trace


def message(turn: str, conversation: str, model: str) -> AbstractContextManager[Trace]:
    """Trace a message from its beginning to its answer."""
    about = {"gen_ai.agent.name": AGENT, "gen_ai.conversation.id": conversation, "crm.turn": turn}
    return span(f"invoke_agent {AGENT}", **{OPERATION: "invoke_agent", **about, **_model(model)})


def node(name: str, model: str) -> AbstractContextManager[Trace]:
    """Trace a node of the graph; one that is nothing in those conventions keeps its own name."""
    about = {"crm.node": name}
    if name == "retrieve":
        return span("retrieval texts", **{OPERATION: "retrieval", "gen_ai.data_source.id": "texts", **about})
    if name == "generate":
        return span(f"chat {model}", **{OPERATION: "chat", **about, **_model(model)})
    if name == "execute":
        tool = {"gen_ai.tool.name": "sandbox", "gen_ai.tool.type": "function"}
        return span("execute_tool sandbox", **{OPERATION: "execute_tool", **tool, **about})
    return span(name, **about)


def provider_of(model: str) -> str:
    """Return the provider of a model in LangChain's provider:name form; the models of the house are its own."""
    provider, colon, _ = model.partition(":")
    return _PROVIDERS.get(provider, provider) if colon else AGENT


def _model(model: str) -> dict[str, str]:
    return {"gen_ai.request.model": model, "gen_ai.provider.name": provider_of(model)}


@contextmanager
def _traced(name: str, attributes: Mapping[str, Any]) -> Iterator[Trace]:
    from opentelemetry.trace import StatusCode

    given = {key: value for key, value in attributes.items() if value is not None}
    tracer = _provider.get_tracer(AGENT)
    # The text of an exception may name people: its type is told, nothing else.
    with tracer.start_as_current_span(
        name, attributes=given, record_exception=False, set_status_on_exception=False
    ) as opened:
        try:
            yield Trace(opened)
        except BaseException as error:
            opened.set_attribute("error.type", type(error).__name__)
            opened.set_status(StatusCode.ERROR)
            raise
