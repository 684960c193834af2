"""The MCP server: `ask` and the tools, for programs that speak the Model Context Protocol.

`crm mcp` speaks over standard input and output, as the owner of this machine. `crm serve` speaks over HTTP at /mcp,
with the keys of the API; each request stands for itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Any, Protocol

import anyio
import mcp_types as types
from anyio import to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from crm_copilot.bootstrap import bootstrap
from crm_copilot.copilot import MOST_CHARACTERS
from crm_copilot.errors import CopilotError, InputError
from crm_copilot.people import OWNER, Person
from crm_copilot.service import Service

_ASK = "ask"
_ABOUT = (
    "Answers questions about the company's sales, customers, clients and what was said to whom, from its own data."
    " Ask in plain words; a question of the same conversation_id may lean on those before it."
)
_ARGUMENTS = {
    "type": "object",
    "properties": {
        "question": {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS, "description": "in plain words"},
        "conversation_id": {"type": "string", "description": "of an earlier answer, where this one follows it"},
    },
    "required": ["question"],
    "additionalProperties": False,
}
Context = ServerRequestContext[Any, Any]


class Asker(Protocol):
    """Who asks, and what their key may do."""

    @property
    def person(self) -> Person:
        """Who asks."""

    def may(self, scope: str) -> bool:
        """Whether the key may do this."""


class Owner:
    """Who asks over standard input: whoever runs the program."""

    person = OWNER

    def may(self, scope: str) -> bool:
        """May everything."""
        return True


def server(service: Service, who: Callable[[Context], Asker]) -> Server[Any]:
    """Return the server over a service; `who` says who sends a request."""

    async def listed(context: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=await to_thread.run_sync(_tools, service, who(context)))

    async def called(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await to_thread.run_sync(_call, service, who(context), params.name, params.arguments or {})

    return Server(
        "crm-copilot", version=version("crm-copilot"), instructions=_ABOUT, on_list_tools=listed, on_call_tool=called
    )


def serve() -> None:
    """Serve standard input and output until the client goes away."""
    service = Service(bootstrap())
    try:
        anyio.run(_over_stdio, service)
    finally:
        service.close()


async def _over_stdio(service: Service) -> None:
    owner = Owner()
    serving = server(service, lambda context: owner)
    async with stdio_server() as (reading, writing):
        await serving.run(reading, writing, serving.create_initialization_options())


class OverHttp:
    """The server as an ASGI app: who has no key is refused before the protocol is spoken."""

    def __init__(self, service: Service, asker: Callable[[str | None], Asker]) -> None:
        self._asker = asker
        self._manager = StreamableHTTPSessionManager(server(service, _sender), json_response=True, stateless=True)

    def run(self) -> AbstractAsyncContextManager[None]:
        """Return what must be entered for as long as requests are served."""
        return self._manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; raise Refused for a key that does not hold."""
        request = Request(scope)
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        request.state.asker = await to_thread.run_sync(self._asker, key.strip() if kind.lower() == "bearer" else None)
        await self._manager.handle_request(scope, receive, send)


def _sender(context: Context) -> Asker:
    assert context.request is not None
    asker: Asker = context.request.state.asker
    return asker


def _tools(service: Service, asker: Asker) -> list[types.Tool]:
    found = []
    if asker.may("ask"):
        found.append(types.Tool(name=_ASK, description=_ABOUT, input_schema=_ARGUMENTS))
    if asker.may("tools"):
        found += [
            types.Tool(name=tool.name, description=tool.description, input_schema=tool.arguments.model_json_schema())
            for tool in service.tools(asker.person)
        ]
    return found


def _call(service: Service, asker: Asker, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """Call a tool; what went wrong is its result, so that the program that called it can mend it."""
    try:
        if name == _ASK:
            _must(asker, "ask")
            return _result(_asked(service, asker.person, arguments))
        _must(asker, "tools")
        return _result(service.call(asker.person, name, dict(arguments)))
    except CopilotError as error:
        return types.CallToolResult(content=[types.TextContent(text=str(error))], is_error=True)


def _must(asker: Asker, scope: str) -> None:
    if not asker.may(scope):
        raise InputError(f"this key has no scope {scope!r}; ask an administrator for one that has")


def _asked(service: Service, person: Person, arguments: Mapping[str, Any]) -> dict[str, Any]:
    question, thread = arguments.get("question"), arguments.get("conversation_id")
    wrong = sorted(arguments.keys() - {"question", "conversation_id"})
    if wrong:
        raise InputError(f"ask: there is no argument {wrong[0]!r}; it takes question and conversation_id")
    if not isinstance(question, str) or not isinstance(thread, str | None):
        raise InputError("ask: question and conversation_id are texts; call it as ask(question='revenue by month')")
    answer = service.ask(person, question, thread)
    rest = ("status", "answer", "results", "confidence", "seconds")
    return {"conversation_id": answer["thread"], "turn": answer["turn"], **{n: answer[n] for n in rest if n in answer}}


def _result(value: Any) -> types.CallToolResult:
    structured = value if isinstance(value, dict) else {"result": value}
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=structured)
