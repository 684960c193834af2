"""What was acknowledged is there after kill -9, of the process that writes and of the database itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from postgres import PostgresServer, binaries
from storage.test_checkpoints import RUN, graph

from crm_copilot.errors import OperatorError, SettingsError
from crm_copilot.storage import Database, Store, database, migrate
from crm_copilot.storage.checkpoints import checkpointer

WRITER = """
import sys
from crm_copilot.storage import Database, Store
store = Store(Database(sys.argv[1]))
while True:
    turn = store.begin("q", "one")
    print("begun", turn.id, flush=True)
    store.finish(turn.id, {"status": "answered", "answer": turn.id})
    print("answered", turn.id, flush=True)
"""


def test_a_process_that_is_killed_leaves_what_it_said(
    store: Store, place: str, child_environment: dict[str, str]
) -> None:
    command = [sys.executable, "-c", WRITER, place]
    with subprocess.Popen(command, env=child_environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline().split() for _ in range(61)]
        child.send_signal(signal.SIGKILL)
        said += [line.split() for line in child.stdout if line.endswith("\n")]
    store.mark_interrupted()
    found = {turn.id: turn for turn in store.turns("one")}
    answered = {turn for state, turn in said if state == "answered"}
    assert {turn for _, turn in said} <= found.keys()
    assert all((found[turn].answer or {})["answer"] == turn for turn in answered)
    assert {turn.status for turn in found.values()} <= {"answered", "interrupted"}
    assert store.begin("and on it goes", "one").position == len(found)


# ------------------------------------------------------------------------------------------- the database itself


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own, which may be killed; it writes as in production."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed here (/usr/lib/postgresql, or `postgres` on the path)")
    found = PostgresServer(safe=True)
    yield found
    found.close()


@pytest.fixture
def on_server(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 200.0)  # a busy machine starts a server slowly
    opened = Database(server.url(server.new_database()))
    migrate(opened)
    yield Store(opened)
    opened.close()


def restart(server: PostgresServer) -> None:
    server.kill()
    server.start()


def test_what_was_acknowledged_outlives_the_database(on_server: Store, server: PostgresServer) -> None:
    """Writers never notice but by the time it takes; what they were told is stored is there."""
    over, told = threading.Event(), [list[str]() for _ in range(4)]

    def write(name: int) -> None:
        while not over.is_set():
            turn = on_server.begin(f"q of {name}", f"thread {name}")
            on_server.finish(turn.id, {"status": "answered", "answer": turn.id})
            told[name].append(turn.id)

    def wait_for(more: int) -> None:
        wanted = sum(map(len, told)) + more
        while sum(map(len, told)) < wanted and not any(writer.done() for writer in writers):
            time.sleep(0.005)

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, name) for name in range(4)]
        for _ in range(2):
            wait_for(15)
            restart(server)
        wait_for(15)
        over.set()
        for writer in writers:
            writer.result()
    for name, ids in enumerate(told):
        found = on_server.turns(f"thread {name}")
        assert [turn.id for turn in found] == ids, "each message once, in its order"
        assert [turn.position for turn in found] == list(range(len(ids)))
        assert all((turn.answer or {})["answer"] == turn.id for turn in found)


def test_a_question_goes_on_when_the_database_is_back(on_server: Store, server: PostgresServer, tmp_path: Any) -> None:
    saver: Any = checkpointer(on_server.database, tmp_path / "unused")
    ended = graph(saver, lambda state: restart(server) or {"second": "there"}).invoke({"question": "q"}, RUN)  # type: ignore[func-returns-value]
    assert ended["second"] == "there"
    assert saver.get_tuple(RUN).checkpoint["channel_values"]["second"] == "there"
    saver.conn.close()


def test_a_database_that_stays_away_is_said_in_one_sentence(
    on_server: Store, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.5)
    turn = on_server.begin("q", "one")
    server.kill()
    try:
        for work in (lambda: on_server.finish(turn.id, {"status": "answered"}), on_server.conversations):
            with pytest.raises(
                OperatorError, match=r"cannot be used \(.*\); start it, or correct CRM_DATABASE_URL$"
            ) as e:
                work()
            assert "\n" not in str(e.value)
    finally:
        server.start()
    assert on_server.turn(turn.id).status == "running"
    on_server.finish(turn.id, {"status": "answered"})


# ------------------------------------------------------------------------------------------ what cannot be opened


def refused(url: str) -> str:
    with pytest.raises(OperatorError) as error:
        Database(url)
    text = str(error.value)
    assert "\n" not in text
    assert "secret" not in text
    return text


def test_a_wrong_password_a_missing_database_and_a_server_that_is_down(postgres: PostgresServer) -> None:
    began = time.monotonic()
    wrong, missing = refused(postgres.url("postgres", "secret")), refused(postgres.url("nowhere"))
    down = refused("postgresql://crm:secret@127.0.0.1:1/crm")
    assert time.monotonic() - began < 10, "a first attempt is not repeated"
    assert wrong.endswith("correct the user or the password in CRM_DATABASE_URL")
    assert missing.endswith("create it with createdb, or correct CRM_DATABASE_URL")
    assert "nowhere on 127.0.0.1" in missing
    assert down.endswith("Connection refused); start it, or correct CRM_DATABASE_URL")


@pytest.mark.parametrize("url", ["nonsense", "mysql://a:secret@h/d", "postgresql://a:secret@h:port/d", "sqlite://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="expected postgresql://"):
        Database(url)
    refused(url)


def test_the_command_line_says_it_in_one_sentence(crm: Callable[..., Any]) -> None:
    ended = crm("ask", "--json", "revenue", seconds=300, CRM_DATABASE_URL="postgresql://crm:secret@127.0.0.1:1/crm")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("crm: the database crm on 127.0.0.1:1 cannot be used")
    assert "secret" not in ended.stderr


def test_the_command_line_answers_over_postgresql(crm: Callable[..., Any], postgres_url: str) -> None:
    ended = crm("ask", "--json", "How many orders?", "--thread", "mine", seconds=300, CRM_DATABASE_URL=postgres_url)
    assert ended.returncode == 0, ended.stderr
    store = Store(Database(postgres_url))
    assert [turn.status for turn in store.turns("mine")] == ["answered"]
    store.database.close()
