"""LangGraph Studio's server over this repository: it starts without network and without a key, and answers.

It runs in a folder of links to the repository, so that what it writes does not come into it, nor anybody's `.env` into
the test.
"""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

ROOT = Path(__file__).parents[2]
QUESTION = {"question": "How many orders were there in 2017?"}
START_SECONDS = 60


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    for path in ROOT.iterdir():
        if path.name not in (".env", ".git", ".langgraph_api"):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("studio") / "log"


@pytest.fixture(scope="module")
def server(repository: Path, log: Path, demo_home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The address of a server that is ready, and its process; both are gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("langgraph"), "dev", "--no-browser", "--no-reload", "--port", str(port)]
    # Whoever asks a proxy for the world gets nothing; there is no key of LangSmith's.
    offline = {
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(log.parent),
        "PYTHONPATH": str(ROOT / "src"),
        "CRM_HOME": str(demo_home),
        "NO_COLOR": "1",
        **offline,
    }
    with (
        log.open("w") as out,
        subprocess.Popen(
            command, cwd=repository, env=environment, stdout=out, stderr=out, start_new_session=True
        ) as child,
    ):
        process = psutil.Process(child.pid)
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/ok", child, log)
            yield f"http://127.0.0.1:{port}", process
        finally:
            _end(child, process)


def _end(child: subprocess.Popen[bytes], process: psutil.Process) -> None:
    """Stop the server as Ctrl-C does, and make sure that nothing of it is left."""
    if child.poll() is None:
        family = process.children(recursive=True)
        child.send_signal(signal.SIGINT)
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
        for left in psutil.wait_procs(family, timeout=5)[1]:
            left.kill()


def _wait_until_ready(address: str, child: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and child.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=1) as answer:
                if json.load(answer)["ok"]:
                    return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    pytest.fail(f"langgraph dev is not ready:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def client(server: tuple[str, psutil.Process]) -> SyncLangGraphClient:
    return get_sync_client(url=server[0])


def answered(state: Any) -> dict[str, Any]:
    assert "result" in state, state
    return dict(state["result"])


def test_the_graph_is_found_with_its_schema(client: SyncLangGraphClient) -> None:
    (assistant,) = client.assistants.search()
    assert assistant["graph_id"] == "copilot"
    schemas = client.assistants.get_schemas(assistant["assistant_id"])
    assert "question" in (schemas["input_schema"] or {})["properties"]
    assert set((schemas["output_schema"] or {})["properties"]) == {"result", "timings", "runs", "tokens"}
    drawn = client.assistants.get_graph(assistant["assistant_id"])
    assert {node["id"] for node in drawn["nodes"]} >= {"retrieve", "generate", "execute", "reflect", "respond"}


def test_a_run_answers(client: SyncLangGraphClient) -> None:
    result = answered(client.runs.wait(None, "copilot", input=QUESTION))
    assert result["status"] == "answered"
    assert result["rows"][0][0] > 0


def test_a_conversation_of_two_questions_and_its_steps(client: SyncLangGraphClient) -> None:
    thread = client.threads.create()["thread_id"]
    for question in ("revenue by month", "How many sellers are there?"):
        parts = client.runs.stream(thread, "copilot", input={"question": question}, stream_mode="updates")
        steps = [node for part in parts if part.event == "updates" for node in part.data]
        assert steps == ["retrieve", "generate", "execute", "reflect", "respond"]
    state = client.threads.get_state(thread)["values"]
    assert isinstance(state, dict)
    assert (state["question"], answered(state)["status"]) == ("How many sellers are there?", "answered")


def test_a_question_out_of_scope_is_declined(client: SyncLangGraphClient) -> None:
    assert (
        answered(client.runs.wait(None, "copilot", input={"question": "What is the weather?"}))["status"] == "declined"
    )


def test_runs_at_the_same_time_share_one_sandbox(
    client: SyncLangGraphClient, server: tuple[str, psutil.Process]
) -> None:
    """The server asks for the graph anew for each run; a sandbox for each would fill the machine."""
    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(lambda _: client.runs.wait(None, "copilot", input=QUESTION), range(4)))
    assert {answered(state)["status"] for state in states} == {"answered"}
    zygotes = [child for child in server[1].children(recursive=False) if "sandbox" in " ".join(child.cmdline())]
    assert len(zygotes) == 1


def test_nothing_was_wrong_on_the_way(client: SyncLangGraphClient, log: Path) -> None:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text()).splitlines()
    wrong = [line for line in lines if re.search(r"\[error\s*\]|Traceback|Failed to", line)]
    assert [line for line in wrong if "Slow graph load" not in line] == []
