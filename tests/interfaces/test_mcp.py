"""A real MCP client over standard input and output, and over HTTP with keys."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import in_a_loop
import pytest
from api.serving import Served, served
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from crm_copilot.bootstrap import House
from crm_copilot.settings import load_settings


async def talk(session: ClientSession) -> dict[str, Any]:
    """Do what a client does: look which tools there are, ask, ask on, call a tool rightly and wrongly."""
    await session.initialize()
    tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    first = await session.call_tool("ask", {"question": "How many orders were there in 2017?"})
    talk = (first.structured_content or {})["conversation_id"]
    second = await session.call_tool("ask", {"question": "and by state?", "conversation_id": talk})
    found = await session.call_tool("search_playbook", {"question": "discount", "k": 2})
    wrong = await session.call_tool("search_playbook", {"question": 5})
    unknown = await session.call_tool("drop_tables", {})
    return {"tools": tools, "first": first, "second": second, "found": found, "wrong": wrong, "unknown": unknown}


def check(told: dict[str, Any]) -> None:
    assert {"ask", "search_playbook", "recommend_products"} <= told["tools"].keys()
    assert told["tools"]["ask"].input_schema["required"] == ["question"]
    total = told["first"].structured_content["results"][0]["rows"][0][0]
    by_state = told["second"].structured_content["results"][0]["rows"]
    assert total == sum(row[1] for row in by_state)
    assert json.loads(told["first"].content[0].text) == told["first"].structured_content
    assert len(told["found"].structured_content["result"]) == 2
    assert told["wrong"].is_error
    assert "search_playbook: question" in told["wrong"].content[0].text
    assert told["unknown"].is_error
    assert "the tools are" in told["unknown"].content[0].text


def test_over_standard_input_and_output(fresh_home: Path, child_environment: dict[str, str], tmp_path: Path) -> None:
    home = shutil.copytree(fresh_home, tmp_path / "home")
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "crm_copilot.interfaces.cli", "mcp"],
        env=child_environment | {"CRM_HOME": str(home)},
    )  # fmt: skip

    async def run() -> dict[str, Any]:
        async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
            return await talk(session)

    check(in_a_loop.run(run))


@pytest.fixture(scope="module")
def company(fresh_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    """A server with somebody who may everything, and a key that may only ask."""
    home = Path(shutil.copytree(fresh_home, tmp_path_factory.mktemp("mcp") / "home"))
    house = House(load_settings(env_file=None, home=home))
    ana = house.accounts.add("ana", None, "admin").id
    scopes = {"all": ("ask", "tools"), "asks": ("ask",), "reads": ("read",)}
    keys = {name: house.accounts.new_key(ana, name, given) for name, given in scopes.items()}
    house.close()
    with served(home, "--drain", "1") as running:
        yield running, keys


async def over_http(url: str, key: str, do: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http,
        streamable_http_client(f"{url}/mcp", http_client=http) as streams,
        ClientSession(streams[0], streams[1]) as session,
    ):
        return await do(session)


def test_over_http_with_a_key(company: tuple[Served, dict[str, str]]) -> None:
    server, keys = company
    check(in_a_loop.run(over_http, server.url, keys["all"], talk))


def test_a_key_sees_and_does_what_its_scopes_allow(company: tuple[Served, dict[str, str]]) -> None:
    server, keys = company

    async def look(session: ClientSession) -> Any:
        await session.initialize()
        tools = [tool.name for tool in (await session.list_tools()).tools]
        return tools, await session.call_tool("search_playbook", {"question": "discount"})

    tools, called = in_a_loop.run(over_http, server.url, keys["asks"], look)
    assert tools == ["ask"]
    assert called.is_error
    assert "'tools'" in called.content[0].text
    assert in_a_loop.run(over_http, server.url, keys["reads"], look)[0] == []


@pytest.mark.parametrize("key", [None, "crm_unknown"])
def test_who_has_no_key_does_not_come_in(company: tuple[Served, dict[str, str]], key: str | None) -> None:
    server, _ = company
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    reply = server.post("/mcp", key, **asked)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert "key" in reply.json()["detail"]
