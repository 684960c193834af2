"""The stream of steps: events in order, joined anew after a break, and one end for each."""

from __future__ import annotations

import json
from typing import Any

import httpx
from slow_model import SlowModel

from .serving import SECONDS, Served


def events(reply: httpx.Response) -> list[tuple[int, str, Any]]:
    """Return the events of a stream: number, name, data."""
    found = []
    for block in "".join(reply.iter_text()).replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":") and ": " in line)
        if "event" in fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


def test_the_steps_come_while_they_are_made_and_the_answer_last(slow_served: Served, held: SlowModel) -> None:
    with slow_served.client() as client:
        with client.stream("POST", "/question/stream", json={"question": "orders by status"}) as stream:
            lines, seen = stream.iter_lines(), []
            while "generate" not in str(seen):
                line = next(lines)
                seen.append(line)
                if '"step": "retrieve"' in line:  # the model is asked next, and holds its answer
                    held.wait_until_asked()
                    held.release()
            rest = list(lines)
        names = [line.removeprefix("event: ") for line in [*seen, *rest] if line.startswith("event: ")]
    assert names[0] == "turn"
    assert names[-1] == "answer"
    assert set(names[1:-1]) == {"step"}


def test_who_goes_away_stops_nothing_and_goes_on_after_the_last_event(slow_served: Served, held: SlowModel) -> None:
    with slow_served.client() as client:
        with client.stream("POST", "/question/stream", json={"question": "orders by status"}) as stream:
            lines = stream.iter_lines()
            data = next(line for line in lines if line.startswith("data: "))
            turn = json.loads(data.removeprefix("data: "))["turn"]
            held.wait_until_asked()
        assert client.get(f"/turns/{turn}").json()["status"] == "running"
        held.release()
        with client.stream("GET", f"/turns/{turn}/stream") as stream:
            everything = events(stream)
        with client.stream("GET", f"/turns/{turn}/stream", headers={"Last-Event-ID": "2"}) as stream:
            later = events(stream)
    assert [number for number, _, _ in everything] == list(range(len(everything)))
    assert later == everything[3:]
    assert everything[-1][1] == "answer"
    assert everything[-1][2]["status"] == "answered"


def test_a_question_that_is_stopped_says_how_to_take_it_up(slow_served: Served, held: SlowModel) -> None:
    with slow_served.client() as client:
        begun = client.post("/question?wait=0", json={"question": "orders by status"}).json()
        held.wait_until_asked()
        stopped = client.post(f"/turns/{begun['turn']}/stop").json()
        assert stopped["status"] == "stopped"
        assert f"POST /turns/{begun['turn']}/resume" in stopped["message"]
        with client.stream("GET", f"/turns/{begun['turn']}/stream") as stream:
            *_, (_, name, problem) = events(stream)
        assert (name, problem["code"]) == ("problem", "stopped")
        held.release()
        resumed = client.post(f"/turns/{begun['turn']}/resume", timeout=SECONDS).json()
        assert resumed["status"] == "answered"
        assert client.post(f"/turns/{begun['turn']}/stop").json()["status"] == "answered"
