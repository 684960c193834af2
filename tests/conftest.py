"""What every test stands on: no network, no settings of the machine, and one demo company for the whole run.

The demo company of 1500 orders is made and loaded once. `house` opens it with everything real in it, sandbox included;
`crm` runs the command line over it as a user does, in a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import ChatServer
from postgres import PostgresServer, binaries

from crm_copilot.bootstrap import House
from crm_copilot.data import demo, load
from crm_copilot.prompts import WRITER_VERSION
from crm_copilot.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
ORDERS = 1500
# Settings of this product, and keys with which a library would reach a model or a tracing service.
_FOREIGN = (
    "CRM_",
    "LANGSMITH_",
    "LANGCHAIN_",
    "LANGGRAPH_",
    "OPENAI_",
    "ANTHROPIC_",
    "HF_",
    "http_proxy",
    "https_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "all_proxy",
)
# Nobody listens there: a child that asks a proxy for the world gets nothing, at once.
_NOWHERE = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "HF_HUB_OFFLINE": "1",
}
Finished = subprocess.CompletedProcess


# ------------------------------------------------------------------------------------------------- what is kept out


class NetworkReachedError(Exception):
    """A test tried to leave this machine."""


class Gatekeeper:
    """Lets sockets reach this machine only, and remembers who tried more: a library may have swallowed the error."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.tried: list[str] = []
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, self._guarded(getattr(socket.socket, name)))
        self._resolve = socket.getaddrinfo
        patch.setattr(socket, "getaddrinfo", self._resolved)

    def _guarded(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(sock: socket.socket, address: Any) -> Any:
            if sock.family in (socket.AF_INET, socket.AF_INET6):
                self._check(str(address[0]))
            return method(sock, address)

        return guarded

    def _resolved(self, host: Any, *rest: Any, **options: Any) -> Any:
        self._check(host.decode() if isinstance(host, bytes) else str(host or "localhost"))
        return self._resolve(host, *rest, **options)

    def _check(self, host: str) -> None:
        if host not in ("localhost", "::1", "::", "0.0.0.0") and not host.startswith("127."):
            self.tried.append(host)
            raise NetworkReachedError(f"a test tried to reach {host}")


@pytest.fixture(scope="session")
def gatekeeper() -> Iterator[Gatekeeper]:
    with pytest.MonkeyPatch.context() as patch:
        yield Gatekeeper(patch)


@pytest.fixture(scope="session", autouse=True)
def _clean_session() -> Iterator[None]:
    """Hide the settings of whoever runs the tests, also from what lives for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _foreign():
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def _clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, gatekeeper: Gatekeeper
) -> Iterator[None]:
    """Give each test an environment without settings and a home of nobody; fail it if it left the machine."""
    for name in _foreign():
        monkeypatch.delenv(name)
    monkeypatch.setenv("CRM_HOME", str(tmp_path_factory.getbasetemp() / "home-of-no-test"))
    gatekeeper.tried.clear()
    yield
    assert not gatekeeper.tried, f"the test tried to reach {gatekeeper.tried}"


def _foreign() -> list[str]:
    return [name for name in os.environ if name.startswith(_FOREIGN)]  # noqa: TID251 - it is put aside here


# ------------------------------------------------------------------------------------------------ what is given


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a small demo company; tests only read them."""
    directory = tmp_path_factory.mktemp("demo-files")
    demo.generate(directory, orders=ORDERS)
    return directory


@pytest.fixture(scope="session")
def fresh_home(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo company loaded, to be copied: nobody talks in it.

    To copy a home that is in use would let go of SQLite's locks: they end when their process closes the file.
    """
    home = tmp_path_factory.mktemp("fresh-home")
    load(demo_files, home)
    return home


@pytest.fixture(scope="session")
def demo_home(fresh_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo company loaded. Tests may talk in it, each in conversations of its own, and load nothing."""
    return Path(shutil.copytree(fresh_home, tmp_path_factory.mktemp("demo") / "home"))


@pytest.fixture(scope="session")
def house_settings(demo_home: Path) -> Settings:
    return load_settings(env_file=None, home=demo_home, sandbox_timeout_seconds=5.0)


@pytest.fixture(scope="session")
def house(house_settings: Settings) -> Iterator[House]:
    """Everything real over the demo company."""
    house = House(house_settings)
    yield house
    house.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started for this run of the tests."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed here (/usr/lib/postgresql, or `postgres` on the path)")
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty database, as CRM_DATABASE_URL takes it."""
    name = postgres.new_database()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def child_environment(demo_home: Path, gatekeeper: Gatekeeper) -> dict[str, str]:
    """The environment of a child process: the demo company, no network, nothing of the machine's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}  # noqa: TID251
    return {**kept, **_NOWHERE, "CRM_HOME": str(demo_home), "PYTHONPATH": str(ROOT / "src")}


CrmCommand = Callable[..., "Finished[str]"]


@pytest.fixture
def crm(child_environment: dict[str, str], tmp_path: Path) -> CrmCommand:
    """Run the command line to its end, in an empty folder: `crm("ask", "--json", "revenue", CRM_HOME=home)`."""

    def run(*words: str | Path, seconds: float = 60, **settings: object) -> Finished[str]:
        command = [sys.executable, "-m", "crm_copilot.interfaces.cli", *map(str, words)]
        environment = child_environment | {name: str(value) for name, value in settings.items()}
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=seconds)

    return run


@pytest.fixture
def tiny_models(tmp_path: Path) -> Path:
    """A folder of models with the tiny writer in it, made for the present prompt; tests may damage it."""
    models = tmp_path / "models"
    writer = Path(shutil.copytree(ROOT / "tests/llm/tiny_writer", models / "writer"))
    (models / "minilm").symlink_to(ROOT / "models/minilm")
    manifest = json.loads((writer / "manifest.json").read_text())
    (writer / "manifest.json").write_text(json.dumps(manifest | {"prompt_version": WRITER_VERSION}))
    return models


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    """A chat model behind HTTP on this machine; a test gives it its answers."""
    with ChatServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.over.set()
        server.shutdown()
