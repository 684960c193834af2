"""Bad input: a proper status, one sentence that helps, and nothing stored half."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from .conftest import Company

JSON = {"Content-Type": "application/json"}


def turns(client: TestClient) -> int:
    return sum(found["turns"] for found in client.get("/conversations?limit=1000").json()["conversations"])


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "question", "required"),
        ({"question": ""}, "question", "at least 1"),
        ({"question": 5}, "question", "valid string"),
        ({"question": ["a"]}, "question", "valid string"),
        ({"question": None}, "question", "valid string"),
        ({"question": "x" * 4001}, "question", "at most 4000"),
        ({"question": "x", "thread": "y"}, "thread", "not permitted"),
        ({"question": "x", "conversation_id": 7}, "conversation_id", "valid string"),
        ({"question": "x", "conversation_id": "a'; DROP TABLE turns; --"}, "conversation_id", "match pattern"),
        ({"question": "x", "conversation_id": "<script>"}, "conversation_id", "match pattern"),
        ({"question": "x", "conversation_id": "x" * 101}, "conversation_id", "match pattern"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(client: TestClient, body: dict[str, Any], field: str, said: str) -> None:
    before = turns(client)
    reply = client.post("/question", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    told = reply.json()
    assert (told["status"], told["code"], told["errors"][0]["field"]) == (422, "input", field)
    assert said in told["errors"][0]["message"]
    assert turns(client) == before


@pytest.mark.parametrize("question", ["   ", "\ud800"])
def test_what_is_no_question_is_not_stored(client: TestClient, question: str) -> None:
    before = turns(client)
    reply = client.post("/question", content=json.dumps({"question": question}), headers=JSON)
    assert reply.status_code == 422
    assert turns(client) == before


def test_a_large_body_is_refused(client: TestClient) -> None:
    large = b'{"question": "' + b"x" * 10_000_000 + b'"}'

    def pieces() -> Any:
        for place in range(0, len(large), 65536):
            yield large[place : place + 65536]

    for content in (large, pieces()):
        reply = client.post("/question", content=content, headers=JSON)
        assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
        assert "1 MB" in reply.json()["detail"]


def test_what_is_no_json_is_told_so(client: TestClient) -> None:
    form = client.post("/question", data={"question": "revenue"})
    assert form.status_code == 422
    assert "Content-Type: application/json" in form.json()["detail"]
    broken = client.post("/question", content=b'{"question": ', headers=JSON)
    assert (broken.status_code, broken.json()["code"]) == (422, "input")


SQL_AND_HTML = ["'; DROP TABLE turns; --", "<img src=x onerror=alert(1)>", "{{7*7}}", "../../etc/passwd", "%00"]


@pytest.mark.parametrize("text", SQL_AND_HTML)
def test_sql_and_html_are_words_like_others(client: TestClient, text: str) -> None:
    asked = client.post("/question", json={"question": f"revenue of {text}"})
    assert asked.status_code == 200
    talk = asked.json()["conversation_id"]
    assert client.patch(f"/conversations/{talk}", json={"title": text}).json()["title"] == text
    rated = client.post("/feedback", json={"conversation_id": talk, "feedback": -1, "comment": text})
    assert rated.status_code == 200
    assert client.get(f"/conversations/{talk}").json()["turns"][0]["question"] == f"revenue of {text}"
    for path in (f"/turns/{text}", f"/tools/{text}", f"/conversations/{text}"):
        assert client.get(path).status_code in (404, 405, 422)


def test_nothing_is_where_nothing_is(client: TestClient) -> None:
    assert client.get("/nothing").json()["detail"].startswith("there is nothing at /nothing")
    wrong = client.get("/question")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")


def test_every_response_is_guarded(client: TestClient) -> None:
    for reply in (client.get("/health"), client.get("/nothing"), client.post("/question", json={})):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert "access-control-allow-origin" not in reply.headers
        assert "server" not in reply.headers


def test_a_misspelt_parameter_is_told_not_ignored(client: TestClient) -> None:
    reply = client.get("/conversations?limits=3")
    assert reply.status_code == 422
    assert "'limits'" in reply.json()["detail"]
    assert "limit" in reply.json()["detail"].split("are: ")[1]
    assert client.get("/conversations?limit=3").status_code == 200


def test_a_page_elsewhere_is_not_let_in(client: TestClient) -> None:
    asking = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    preflight = client.options("/question", headers=asking)
    assert not [name for name in preflight.headers if name.startswith("access-control")]
    rebound = client.get("/conversations", headers={"Host": "evil.example"})
    assert rebound.status_code == 403
    assert "crm people add" in rebound.json()["detail"]


@pytest.mark.parametrize(
    ("key", "status", "said"),
    [
        (None, 401, "a key is needed"),
        ("crm_" + "x" * 40, 401, "unknown"),
        ("nonsense", 401, "unknown"),
        ("expired", 401, "expired"),
        ("disabled", 401, "disabled"),
        ("reads", 403, "this needs 'ask'"),
    ],
)
def test_a_key_that_does_not_hold_is_told_why(company: Company, key: str | None, status: int, said: str) -> None:
    reply = company.served.post("/question", company.keys.get(key or "", key), question="revenue")
    assert (reply.status_code, reply.json()["status"]) == (status, status)
    assert said in reply.json()["detail"]
    assert ("www-authenticate" in reply.headers) == (status == 401)


def test_what_needs_no_key_says_nothing_of_anybody(company: Company) -> None:
    for path in ("/health", "/ready", "/metrics"):
        reply = company.served.get(path)
        assert reply.status_code == 200
        assert "ana" not in reply.text.split()
