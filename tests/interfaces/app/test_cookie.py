"""The cookie of a session: for a ticket that is good once, and out of the reach of scripts."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config

from crm_copilot.interfaces.app import cookie


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=cookie.routes()))


def test_a_ticket_is_good_once(client: TestClient) -> None:
    headers = {"X-Ticket": cookie.tickets.give("a session")}
    kept = client.put("/session", headers=headers)
    assert kept.status_code == 204
    said = kept.headers["Set-Cookie"].lower()
    assert all(part in said for part in ("httponly", "samesite=strict", "path=/", "max-age=1209600"))
    assert "secure" not in said
    again = client.put("/session", headers=headers)
    assert (again.status_code, "Set-Cookie" in again.headers) == (403, False)


def test_over_https_it_is_for_https_alone(client: TestClient) -> None:
    headers = {"X-Ticket": cookie.tickets.give("a session"), "X-Scheme": "https:"}
    assert "secure" in client.put("/session", headers=headers).headers["Set-Cookie"].lower()


@pytest.mark.parametrize("headers", [{}, {"X-Ticket": ""}, {"X-Ticket": "x" * 43}])
def test_what_is_no_ticket_opens_nothing(client: TestClient, headers: dict[str, str]) -> None:
    assert client.put("/session", headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_form_of_another_site_cannot_ask(client: TestClient, method: str) -> None:
    assert client.request(method, "/session", headers={"X-Ticket": cookie.tickets.give("a")}).status_code == 405


def test_another_sites_script_may_not_ask(client: TestClient) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PUT"}
    assert "Access-Control-Allow-Origin" not in client.options("/session", headers=asked).headers


def test_a_ticket_is_over_after_a_while() -> None:
    tickets = cookie.Tickets(seconds=0.0)
    assert tickets.take(tickets.give("a session")) is None


def test_it_is_given_back(client: TestClient) -> None:
    assert 'crm_session=""' in client.delete("/session").headers["Set-Cookie"]


def test_a_page_shows_the_ticket_and_never_the_session() -> None:
    written = cookie.script("a session of mine")
    assert "a session of mine" not in written
    (ticket,) = re.findall(r"'X-Ticket': '([^']+)'", written)
    assert cookie.tickets.take(ticket) == "a session of mine"
    assert "X-Ticket" not in cookie.script("")


def test_the_address_stands_below_that_of_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "get_option", lambda name: "crm/")
    assert [route.path for route in cookie.routes()] == ["/crm/session"] * 2
    assert "fetch('/crm/session'" in cookie.script("x")
