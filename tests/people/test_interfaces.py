"""A rep at the doors of the product: the API with ids of others, the MCP server, and a model that has been turned."""

from __future__ import annotations

import json
import logging
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import in_a_loop
import pytest
from fakes import ChatServer, says
from fastapi.testclient import TestClient
from mcp import Client
from pydantic import SecretStr

from crm_copilot.bootstrap import House
from crm_copilot.interfaces import mcp
from crm_copilot.interfaces.api.application import create
from crm_copilot.people import Person, scope_of
from crm_copilot.service import Service
from crm_copilot.settings import Settings

from . import company
from .company import CLIENT, Outside, filled
from .conftest import People

HTTP = tomllib.loads((Path(__file__).parent / "attempts" / "http.toml").read_text("utf-8"))
REQUESTS = [request for kind in HTTP.values() for request in kind.get("send", ())]
CALLS = HTTP["mcp"]["call"]
SPEND = f"how much did {CLIENT} spend this year?"


@pytest.fixture(scope="module")
def ids(service: Service, people: People, words: Mapping[str, str]) -> Mapping[str, str]:
    """The names that attempts speak of, with an administrator's conversation and turn."""
    answer = service.ask(people.admin, f"{SPEND} tell me")
    return {**words, "talk": answer["thread"], "turn": answer["turn"]}


class Kept(Service):
    """The service of the whole session, which an app does not close."""

    def close(self, drain_seconds: float = 0.0) -> None:
        """Leave it open."""


@pytest.fixture(scope="module")
def client(service: Service, people: People) -> Iterator[TestClient]:
    service.__class__ = Kept
    with TestClient(create(service), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client
    service.__class__ = Service


def put_in(value: Any, words: Mapping[str, str]) -> Any:
    """Return a request with the names of the company in it."""
    if isinstance(value, str):
        return filled(value, words)
    if isinstance(value, dict):
        return {name: put_in(item, words) for name, item in value.items()}
    return [put_in(item, words) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: " ".join(map(str, request))[:70])
def test_a_request_tells_nothing_of_others(
    request_: list[Any], client: TestClient, people: People, ids: Mapping[str, str], outside: Outside,
    service: Service, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    method, path, *body = put_in(request_, ids)
    headers = {"Authorization": f"Bearer {people.rep_key}"}
    with caplog.at_level(logging.INFO, logger="crm_copilot"):
        reply = client.request(method, path, headers=headers, json=body[0] if body else None)
    assert reply.status_code < 500
    said = [reply.text, dict(reply.headers), caplog.text]
    assert outside.found_in(said, f"{path} {json.dumps(body, ensure_ascii=False)}") == []
    assert service.turn(people.admin, ids["turn"]).answer is not None


@pytest.mark.parametrize("request_", REQUESTS[:15], ids=lambda request: " ".join(map(str, request))[:70])
def test_nobody_is_told_anything_without_a_key(
    request_: list[Any], client: TestClient, people: People, ids: Mapping[str, str], outside: Outside
) -> None:
    """Nor with a key that was made up, whatever name is sent beside it."""
    method, path, *body = put_in(request_, ids)
    for headers in ({}, {"Authorization": "Bearer crm_" + "A" * 40, "X-User": "owner", "Remote-User": "admin"}):
        reply = client.request(method, path, headers=headers, json=body[0] if body else None)
        assert reply.status_code in (401, 403, 404, 422)
        assert outside.found_in(reply.text, path) == []


def test_the_administrator_is_told(
    client: TestClient, people: People, ids: Mapping[str, str], outside: Outside
) -> None:
    """The same ids open what they should to whom they belong."""
    headers = {"Authorization": f"Bearer {people.admin_key}"}
    for path in (f"/conversations/{ids['talk']}", f"/turns/{ids['turn']}"):
        assert outside.found_in(client.get(path, headers=headers).text, "")


class Asker:
    """A person with a key for everything."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def may(self, scope: str) -> bool:
        return True


def call(service: Service, person: Person, name: str, arguments: Mapping[str, Any]) -> str:
    """Return what the MCP server answers to a call, as a real client hears it."""

    async def asked() -> str:
        async with Client(mcp.server(service, lambda context: Asker(person))) as client:
            return str((await client.call_tool(name, dict(arguments))).model_dump_json())

    return in_a_loop.run(asked)


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=lambda value: json.dumps(value)[:60])
def test_mcp_tells_nothing_of_others(
    name: str, arguments: dict[str, Any], service: Service, people: People, ids: Mapping[str, str], outside: Outside
) -> None:
    given = put_in(arguments, ids)
    assert outside.found_in(call(service, people.rep, name, given), json.dumps(given, ensure_ascii=False)) == []


def test_mcp_tells_the_administrator(service: Service, people: People, outside: Outside) -> None:
    assert outside.found_in(call(service, people.admin, "client", {"name": CLIENT}), CLIENT)


# ------------------------------------------------------------------------------------- a model that has been turned

# What a model writes that believes a note in the data; the sandbox is the rep's, whoever writes.
TURNED = (
    "def answer(clients):\n    return clients\n",
    "def answer(clients, interactions):\n    return clients.merge(interactions, how='outer', on='client_id')\n",
    "def answer(customers, payments, orders):\n    return payments.merge(orders, on='order_id', how='outer')\n",
    "def answer(deals):\n    return deals\n",
    "def answer(leads, deals):\n    return leads.merge(deals)\n",
    "def answer(client):\n    return client(name='Zyxquark Vidraria')\n",
    "def answer(accounts):\n    return accounts(manager='Quillon Vanterpool')\n",
    "def answer(recall_interactions):\n    return recall_interactions(question='all that was said to anybody')\n",
    "def answer(recommend_customers):\n    return recommend_customers(product_or_category='bed_bath_table', k=1000)\n",
    "def answer(clients):\n    return open('{whole}/values.json').read()\n",
    "def answer(df, customer_df):\n    return df.merge(customer_df, on='user_id', how='outer')\n",
    "def answer(reviews):\n    return reviews[['review_comment_message']].dropna()\n",
)


@pytest.fixture(scope="module")
def chats() -> Iterator[ChatServer]:
    import threading

    with ChatServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()


@pytest.fixture(scope="module")
def turned(planted: Settings, rep: House, chats: ChatServer) -> Iterator[House]:
    """The rep's house with a chat model in it."""
    settings = planted.model_copy(
        update={"model": "openai:tiny", "model_base_url": chats.url, "model_api_key": SecretStr("x"),
                "model_candidates": 1}
    )  # fmt: skip
    whole = House(settings)
    house = whole.seen_by(rep.scope)
    yield house
    house.close()
    whole.close()


@pytest.mark.parametrize("code", TURNED)
def test_a_model_that_was_turned_gets_nothing_of_others(
    code: str, turned: House, chats: ChatServer, outside: Outside, words: Mapping[str, str]
) -> None:
    program = code.replace("{whole}", words["whole"])
    chats.requests.clear()
    chats.script = [says(f"```python\n{program}```")]
    answer = turned.copilot.ask("the gross margin of our xylophones by moon phase")
    assert outside.found_in(answer, program) == []
    assert len(chats.requests) >= 1


def test_the_model_is_not_told_of_others(turned: House, chats: ChatServer, outside: Outside) -> None:
    """What is sent to a model, which may be a company's far away, holds nothing that the asker may not see."""
    chats.requests.clear()
    chats.script = [says("```python\ndef answer(orders):\n    return len(orders)\n```")]
    turned.copilot.ask("orders of zyxopolis and of the clients of Quillon, summed")
    sent = json.dumps([body for _, _, body in chats.requests], ensure_ascii=False)
    assert outside.found_in(sent, "zyxopolis Quillon") == []
    assert "- clients (" in sent
    assert "- deals (" not in sent


def test_hidden_columns_are_not_named_to_a_model(planted: Settings, chats: ChatServer) -> None:
    settings = planted.model_copy(
        update={"model": "openai:tiny", "model_base_url": chats.url, "model_api_key": SecretStr("x"),
                "model_candidates": 1}
    )  # fmt: skip
    whole = House(settings)
    analyst = whole.seen_by(scope_of("analyst", states=[company.STATE]))
    chats.requests.clear()
    chats.script = [says("```python\ndef answer(customers):\n    return customers\n```")]
    answer = analyst.copilot.ask("list the xylophone customers with everything you have")
    sent = json.dumps([body for _, _, body in chats.requests])
    analyst.close()
    whole.close()
    assert "customer_zip_code_prefix" not in sent.partition("Definitions")[0].partition("Solved examples")[0]
    assert "customer_zip_code_prefix" not in json.dumps(answer["results"][0]["columns"])
