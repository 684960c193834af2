"""Questions over HTTP: the shape of an answer, conversations, stopping, taking up, and what others cannot see."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from .conftest import Company

ANSWER = {"conversation_id", "turn", "question", "answer", "status", "results", "model", "timings", "seconds", "cached"}


def ask(client: TestClient, question: str, **more: Any) -> dict[str, Any]:
    reply = client.post("/question", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_a_question_gets_an_answer_with_its_numbers_and_its_code(client: TestClient) -> None:
    answer = ask(client, "How many orders were there in 2017?")
    assert answer.keys() >= ANSWER
    assert answer["question"] == "How many orders were there in 2017?"
    (result,) = answer["results"]
    assert result["rows"][0][0] > 0
    assert f"{result['rows'][0][0]:,}" in answer["answer"]
    assert "def answer" in result["code"]


def test_a_follow_up_leans_on_its_conversation(client: TestClient) -> None:
    first = ask(client, "How many orders were there in 2017?")
    second = ask(client, "and by state?", conversation_id=first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"]
    assert sum(row[1] for row in second["results"][0]["rows"]) == first["results"][0]["rows"][0][0]


def test_an_equal_question_shares_the_answer_and_says_so(client: TestClient) -> None:
    first, second = (ask(client, "How many sellers are there?") for _ in range(2))
    assert (first["cached"], second["cached"]) == (False, True)
    assert second["turn"] != first["turn"]
    assert second["results"] == first["results"]
    turn = client.get(f"/turns/{second['turn']}").json()
    assert turn["answer"] == second


def test_what_does_not_wait_is_found_again(client: TestClient) -> None:
    reply = client.post("/question?wait=0", json={"question": "Average review score by state"})
    assert reply.status_code == 202
    begun = reply.json()
    assert reply.headers["location"] == f"/turns/{begun['turn']}"
    with client.stream("GET", f"/turns/{begun['turn']}/stream") as stream:
        assert "event: answer" in stream.read().decode()
    assert client.get(f"/turns/{begun['turn']}").json()["status"] == "answered"


def test_feedback_is_taken_for_the_last_answer_of_a_conversation(client: TestClient) -> None:
    answer = ask(client, "How many products are there?")
    talk = answer["conversation_id"]
    up = client.post("/feedback", json={"conversation_id": talk, "feedback": 1})
    assert up.json() == {
        "message": f"Feedback received for conversation {talk}: 1", "turn": answer["turn"], "outcome": "confirmed",
    }  # fmt: skip
    down = client.post("/feedback", json={"conversation_id": talk, "feedback": -1, "comment": "of which year?"})
    assert down.json()["outcome"] == "rejected"
    assert not ask(client, "How many products are there?")["cached"]


@pytest.mark.parametrize("wrong", [{"feedback": 0}, {"feedback": 2}, {"feedback": "1"}, {"feedback": True}, {}])
def test_feedback_is_one_up_or_one_down(client: TestClient, wrong: dict[str, Any]) -> None:
    reply = client.post("/feedback", json={"conversation_id": "some", **wrong})
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == "feedback"


def test_conversations_are_listed_read_renamed_and_deleted(client: TestClient) -> None:
    talk = ask(client, "Revenue in 2018")["conversation_id"]
    assert talk in [found["id"] for found in client.get("/conversations").json()["conversations"]]
    assert client.patch(f"/conversations/{talk}", json={"title": " Money "}).json() == {"id": talk, "title": "Money"}
    (turn,) = client.get(f"/conversations/{talk}").json()["turns"]
    assert (turn["question"], turn["status"]) == ("Revenue in 2018", "answered")
    assert client.delete(f"/conversations/{talk}").status_code == 204
    for reply in (client.get(f"/conversations/{talk}"), client.delete(f"/conversations/{talk}")):
        assert (reply.status_code, reply.json()["code"]) == (404, "unknown")


def test_tools_are_called_by_name_with_the_arguments_they_declare(client: TestClient) -> None:
    tools = {tool["name"]: tool for tool in client.get("/tools").json()["tools"]}
    assert tools["search_playbook"]["arguments"]["properties"]["k"]["type"] == "integer"
    reply = client.post("/tools/search_playbook", json={"question": "discount", "k": 2})
    assert len(reply.json()["result"]) == 2
    wrong = client.post("/tools/search_playbook", json={"question": "discount", "k": "many"})
    assert wrong.status_code == 422
    assert "search_playbook: k" in wrong.json()["detail"]
    unknown = client.post("/tools/drop_tables", json={})
    assert unknown.status_code == 404
    assert "the tools are" in unknown.json()["detail"]


def test_others_see_none_of_it(company: Company) -> None:
    """Another person's ids are unknown everywhere, and nothing of theirs changes."""
    served, ana, ben = company.served, company.keys["ana"], company.keys["ben"]
    answer = served.post("/question", ana, question="How many orders were there in 2018?").json()
    talk, turn = answer["conversation_id"], answer["turn"]
    with served.client(ben) as client:
        tried = [
            client.get(f"/turns/{turn}"),
            client.get(f"/turns/{turn}/stream"),
            client.post(f"/turns/{turn}/stop"),
            client.post(f"/turns/{turn}/resume"),
            client.get(f"/conversations/{talk}"),
            client.patch(f"/conversations/{talk}", json={"title": "mine"}),
            client.delete(f"/conversations/{talk}"),
            client.post("/question", json={"question": "and by state?", "conversation_id": talk}),
            client.post("/feedback", json={"conversation_id": talk, "feedback": -1}),
        ]
        assert [reply.status_code for reply in tried] == [404] * len(tried)
        assert talk not in client.get("/conversations").text
    assert len(served.get(f"/conversations/{talk}", ana).json()["turns"]) == 1


def test_a_rep_gets_the_numbers_of_their_own_region_and_is_told(company: Company) -> None:
    served, question = company.served, "Number of orders by state in 2017, please"
    everything = served.post("/question", company.keys["ana"], question=question).json()
    own = served.post("/question", company.keys["ben"], question=question).json()
    assert not own["cached"]
    assert len(everything["results"][0]["rows"]) > 1
    assert [row[0] for row in own["results"][0]["rows"]] == ["SP"]
    assert dict(everything["results"][0]["rows"])["SP"] == own["results"][0]["rows"][0][1]
    assert "SP" in own["results"][0]["limited"]
