"""The app in this process over the demo company, and a real server with people and their keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from slow_model import SlowModel

from crm_copilot.bootstrap import House
from crm_copilot.interfaces.api.application import create
from crm_copilot.service import Service
from crm_copilot.settings import load_settings

from .serving import Served, served


@dataclass
class Company:
    """A server with accounts; `keys` are the keys by what they are for."""

    served: Served
    keys: dict[str, str]


@pytest.fixture(scope="session")
def own_house(fresh_home: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Everything real over a home of its own, which the app closes."""
    home = Path(shutil.copytree(fresh_home, tmp_path_factory.mktemp("api") / "home"))
    return House(load_settings(env_file=None, home=home, sandbox_timeout_seconds=5.0))


@pytest.fixture(scope="session")
def app(own_house: House) -> FastAPI:
    return create(Service(own_house))


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """The app without accounts, asked by its owner."""
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        assert app.state.ready.wait(60)
        yield client


@pytest.fixture(scope="session")
def company(fresh_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A real server where people need keys."""
    home = Path(shutil.copytree(fresh_home, tmp_path_factory.mktemp("company") / "home"))
    house = House(load_settings(env_file=None, home=home))
    accounts, everything = house.accounts, ("ask", "read", "feedback", "tools")
    ana, ben = accounts.add("ana", None, "admin"), accounts.add("ben", None, "rep", states=["SP"])
    gone = accounts.add("gone", None, "admin")
    keys = {
        "ana": accounts.new_key(ana.id, "all", everything),
        "ben": accounts.new_key(ben.id, "all", everything),
        "reads": accounts.new_key(ana.id, "reads", ["read"]),
        "expired": accounts.new_key(ana.id, "old", everything, datetime.now(UTC) + timedelta(seconds=1)),
        "disabled": accounts.new_key(gone.id, "all", everything),
    }
    accounts.disable(gone.id)
    house.close()
    with served(home, "--drain", "1", CRM_QUESTIONS_A_MINUTE="10000") as running:
        yield Company(running, keys)


@pytest.fixture(scope="session")
def slow_model() -> Iterator[SlowModel]:
    with SlowModel() as model:
        yield model


@pytest.fixture(scope="session")
def slow_served(fresh_home: Path, slow_model: SlowModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server without accounts whose model answers when a test lets it, each question by a run of its own."""
    home = Path(shutil.copytree(fresh_home, tmp_path_factory.mktemp("slow") / "home"))
    with served(home, "--drain", "1", **slow_model.settings) as running:
        yield running


@pytest.fixture
def held(slow_model: SlowModel) -> Iterator[SlowModel]:
    """The slow model, holding its answers back until the test or its end."""
    slow_model.hold()
    yield slow_model
    slow_model.release()
