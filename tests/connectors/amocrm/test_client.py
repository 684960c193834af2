from __future__ import annotations

import pytest

from connectors.amocrm.server import AmoServer
from crm_copilot.connectors.amocrm import Client
from crm_copilot.errors import InputError, OperatorError


def answers(status: int, body: str = "{}", **headers: str):
    return lambda name: (status, headers, body) if name != "users" else None


def ids(client: Client, path: str = "leads") -> list[int]:
    return [entity["id"] for entity in client.entities(path)]


def test_every_page_is_read(amo: AmoServer, client: Client) -> None:
    assert ids(client) == [11, 12, 13]
    assert [query["page"] for _, query in amo.asked] == [["1"], ["2"]]


def test_an_empty_list_is_no_error(amo: AmoServer, client: Client) -> None:
    amo.entities["leads"] = []
    assert ids(client) == []


def test_over_the_limit_it_waits_and_asks_again(amo: AmoServer, client: Client) -> None:
    amo.script += [answers(429, **{"Retry-After": "0.01"}), answers(503), answers(504)]
    assert ids(client) == [11, 12, 13]


def test_a_token_that_is_not_taken_is_refreshed_once(amo: AmoServer, client: Client) -> None:
    amo.access = "revoked elsewhere"
    assert ids(client) == [11, 12, 13]
    assert amo.refreshed == ["refresh-0"]


def test_a_token_that_is_never_taken_asks_for_a_login(amo: AmoServer, client: Client) -> None:
    amo.script += [answers(401), answers(401)]
    with pytest.raises(InputError, match="login"):
        ids(client)


@pytest.mark.parametrize("status", [402, 403])
def test_access_refused_names_the_repair(amo: AmoServer, client: Client, status: int) -> None:
    amo.script.append(answers(status))
    with pytest.raises(InputError, match=f"refuses access .{status}"):
        ids(client)


def test_a_server_that_goes_on_failing_is_given_up(amo: AmoServer, client: Client) -> None:
    amo.script += [answers(500)] * 6
    with pytest.raises(OperatorError, match="500"):
        ids(client)


@pytest.mark.parametrize("body", ["<html>", "[1]"])
def test_what_is_no_page_is_said(amo: AmoServer, client: Client, body: str) -> None:
    amo.script.append(answers(200, body))
    with pytest.raises(OperatorError, match="no JSON object"):
        ids(client)


def test_the_token_never_goes_to_another_server(amo: AmoServer, client: Client) -> None:
    amo.script.append(
        answers(200, '{"_links": {"next": {"href": "http://127.0.0.2:1/api/v4/leads"}}, "_embedded": {}}')
    )
    with pytest.raises(OperatorError, match="another server"):
        ids(client)


def test_the_pace_is_kept(amo: AmoServer, client: Client) -> None:
    import time

    client.pace = 0.1
    began = time.monotonic()
    assert len(ids(client)) == 3
    assert time.monotonic() - began >= 0.1
