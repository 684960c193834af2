"""A real OpenAI-compatible server, `transformers serve` with the tiny model, asked as any larger one would be.

It needs the environment that trains (`.venv-train`), which `make test` makes.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes import context

from crm_copilot.bootstrap import House
from crm_copilot.errors import ModelUnavailable
from crm_copilot.llm.chat_model import ChatCodeModel
from crm_copilot.settings import load_settings

ROOT = Path(__file__).parents[2]
TRAIN = ROOT / ".venv-train/bin"
TINY = Path(__file__).parent / "tiny_writer"
ONE = "def answer(orders):\n    return orders['order_id'].nunique()\n"


@dataclass(frozen=True, slots=True)
class Server:
    """The server's process and address."""

    process: subprocess.Popen[bytes]
    url: str

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def start(log: Path) -> Server:
    """Start the server and wait until it is there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [TRAIN / "transformers", "serve", "hf", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(log.parent), "OMP_NUM_THREADS": "1"}  # noqa: TID251
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=TINY, env=environment, stdout=out, stderr=out)
    late = time.monotonic() + 400
    while time.monotonic() < late:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
        except (urllib.error.URLError, TimeoutError):
            assert process.poll() is None, log.read_text()[-2000:]
            time.sleep(0.3)
        else:
            return Server(process, f"http://127.0.0.1:{port}/v1")
    process.kill()
    raise AssertionError(f"the server did not come up:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not (TRAIN / "transformers").exists():
        pytest.skip(f"{TRAIN} is not there: 'make test' makes the environment that trains, and with it this server")
    started = start(tmp_path_factory.mktemp("server") / "log")
    yield started
    started.stop()


def model(server: Server, name: str = "openai:hf", candidates: int = 3) -> ChatCodeModel:
    return ChatCodeModel(name, base_url=server.url, candidates=candidates, timeout_seconds=240)


def house_of(home: Path, url: str) -> House:
    settings = {"model": "openai:hf", "model_base_url": url, "model_candidates": 1, "model_timeout_seconds": 240}
    return House(load_settings(env_file=None, home=home, **settings))


def test_it_writes_the_function(server: Server) -> None:
    """The prompt is a real one, longer than the model has learnt from."""
    found = model(server).write(context(), [])
    assert found[0].code == ONE, "the greedy one comes first"
    assert found[0].source == "model:openai:hf"
    assert 0 < sum(each.prior for each in found) <= 1


def test_a_model_that_it_does_not_have_is_the_operators_affair(server: Server) -> None:
    with pytest.raises(ModelUnavailable) as error:
        model(server, "openai:nobody/has-this", 1).write(context(), [])
    assert all(part in str(error.value) for part in ("nobody/has-this", server.url, "CRM_MODEL"))


def test_a_question_goes_through_everything_real(server: Server, demo_home: Path) -> None:
    with closing(house_of(demo_home, server.url)) as house:
        answer = house.copilot.ask("How many orders are there?")
        rows = house.dataset.info.rows["orders"]
    assert (answer["status"], answer["model"]) == ("answered", "openai:hf")
    assert answer["results"][0]["rows"] == [[rows]]
    assert answer["results"][0]["code"].strip() == ONE.strip()


def test_a_server_that_dies_fails_the_turn_and_keeps_the_conversation(server: Server, demo_home: Path) -> None:
    """Last in this file: the server is gone afterwards."""
    with closing(house_of(demo_home, server.url)) as house:
        before = house.copilot.ask("How many orders are there?")
        server.stop()
        after = house.copilot.ask("How many customers are there?", thread=before["thread"])
        turns = house.store.turns(before["thread"])
    assert (before["status"], after["status"]) == ("answered", "failed")
    assert all(part in after["answer"] for part in (server.url, "start the server", "CRM_MODEL=embedded"))
    assert [turn.message for turn in turns] == ["How many orders are there?", "How many customers are there?"]
