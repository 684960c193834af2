"""`crm serve` as a process: where it listens, and what is left when it, or its sandbox, is killed or told to stop."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from postgres import PostgresServer, binaries
from slow_model import SlowModel

from .serving import SECONDS, Served, served


@pytest.fixture
def home(fresh_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh_home, tmp_path / "home"))


def until(happens: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Return what `happens` returns once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := happens():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def status(server: Served, turn: str) -> str:
    return str(server.get(f"/turns/{turn}").json()["status"])


def test_others_are_not_served_without_accounts(crm: Any) -> None:
    done = crm("serve", "--host", "0.0.0.0", "--port", "0")
    assert done.returncode == 1
    assert "crm people add" in done.stderr


def test_a_port_that_is_taken_is_one_sentence(crm: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = crm("serve", "--port", taken.getsockname()[1])
    assert done.returncode == 1
    assert "choose another with --host and --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_killed_in_the_middle_it_takes_up_what_is_young_and_says_how_to_take_up_the_rest(
    home: Path, held: SlowModel
) -> None:
    with served(home, **held.settings) as first:
        questions = ("orders by status", "number of orders by status")
        young, old = [first.post("/question?wait=0", question=asked).json()["turn"] for asked in questions]
        for _ in questions:
            held.wait_until_asked()
        first.kill()
    held.release()
    with sqlite3.connect(home / "conversations.sqlite") as store:
        aged = "UPDATE turns SET created = replace(created, substr(created, 1, 4), '2020') WHERE id = ?"
        store.execute(aged, (old,))
    with served(home, **held.settings) as second:
        assert until(lambda: status(second, young) == "answered")
        assert second.get(f"/turns/{young}").json()["answer"]["results"][0]["rows"]
        told = second.get(f"/turns/{old}").json()
        assert (told["status"], told["answer"]) == ("interrupted", None)
        assert f"POST /turns/{old}/resume" in told["message"]
        assert second.post(f"/turns/{old}/resume").json()["status"] == "answered"


@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed here")
def test_a_database_that_is_killed_in_the_middle_loses_no_answer(home: Path, held: SlowModel) -> None:
    """Nobody notices but by the time that it takes: what ran goes on when it is back."""
    database = PostgresServer(safe=True)
    try:
        with served(home, CRM_DATABASE_URL=database.url(database.new_database()), **held.settings) as server:
            first = server.post("/question?wait=0", question="orders by status").json()
            held.wait_until_asked()
            database.kill()
            held.release()
            time.sleep(1.0)  # its answer comes while nothing can be written
            assert server.get("/health").status_code == 200
            database.start()
            assert until(lambda: status(server, first["turn"]) == "answered")
            (turn,) = server.get(f"/conversations/{first['conversation_id']}").json()["turns"]
            assert turn["answer"]["results"][0]["rows"]
            assert server.post("/question", question="number of orders by status").json()["status"] == "answered"
    finally:
        database.close()


def test_told_to_stop_it_finishes_or_hands_back_what_runs(home: Path, held: SlowModel) -> None:
    with served(home, "--drain", "1", **held.settings) as first, ThreadPoolExecutor(4) as pool:
        questions = ("orders by status", "number of orders by status", "orders by order status")
        asked = [pool.submit(first.post, "/question", question=question) for question in questions]
        held.wait_until_asked()
        turns = until(lambda: _running(first, 3))
        first.terminate()
        replies = [future.result() for future in asked]
        assert {reply.status_code for reply in replies} == {503}
        assert {reply.headers["retry-after"] for reply in replies} == {"10"}
        assert all("taken up at the next start" in reply.json()["detail"] for reply in replies)
        first.process.wait(SECONDS)
    held.release()
    with served(home, **held.settings) as second:
        assert until(lambda: {status(second, turn) for turn in turns} == {"answered"})


def _running(server: Served, count: int) -> list[str]:
    conversations = server.get("/conversations").json()["conversations"]
    turns = [server.get(f"/conversations/{found['id']}").json()["turns"][0]["turn"] for found in conversations]
    return turns if len(turns) == count else []


def test_a_sandbox_that_is_killed_loses_no_answer(home: Path) -> None:
    """Every few moments its processes are killed while questions come in."""
    with served(home, CRM_CACHE_SECONDS="0") as server, ThreadPoolExecutor(3) as pool:
        over = threading.Event()
        killer = threading.Thread(target=_kill_sandboxes, args=(server.process.pid, over))
        killer.start()
        questions = [f"How many orders were there in {month} 2017?" for month in ("May", "June", "July", "August")]
        replies = list(pool.map(lambda question: server.post("/question", question=question), questions))
        over.set()
        killer.join()
        for reply in replies:
            assert reply.status_code == 200
            said = reply.json()
            assert said["status"] == "answered" or "ask again" in said["answer"], said["answer"]
        again = [server.post("/question", question=question).json() for question in questions]
        assert [found["status"] for found in again] == ["answered"] * len(questions)


def _kill_sandboxes(server: int, over: threading.Event) -> None:
    for _ in range(3):
        if over.wait(0.3):
            return
        for child in _children(server):
            os.kill(child, signal.SIGKILL)


def _children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found
