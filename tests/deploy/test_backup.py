"""The commands of docs/operations.md that keep a copy and bring it back, run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.settings import ROOT, load_settings

from .serving import client

if TYPE_CHECKING:
    from postgres import PostgresServer

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
PASSWORD = "letters-and-digits-1"


@pytest.fixture
def empty(postgres: PostgresServer) -> Iterator[str]:
    name = postgres.new_database()
    yield postgres.url(name)
    postgres.drop(name)


def commands(beginning: str) -> list[str]:
    """Return the commands of the block that begins so."""
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    (block,) = (block for block in blocks if block.startswith(beginning))
    return block.strip().splitlines()


def run(command: str, place: Path, **settings: object) -> None:
    path = f"{Path(client('pg_dump')).parent}:{os.environ['PATH']}"  # noqa: TID251
    environment = {"PATH": path, "GRAFANA_READER_PASSWORD": PASSWORD} | {k: str(v) for k, v in settings.items()}
    done = subprocess.run(
        ["sh", "-ec", command], cwd=place, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_a_backup_of_postgresql_and_home_can_be_brought_back(
    postgres_url: str, empty: str, demo_home: Path, tmp_path: Path
) -> None:
    house = House(load_settings(None, home=demo_home, database_url=postgres_url))
    turn = house.store.begin("How many orders?", None)
    house.accounts.add("Ana", "a long password", "analyst")
    for command in commands("pg_dump"):
        run(command, tmp_path, CRM_DATABASE_URL=postgres_url, CRM_HOME=demo_home)
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    for command in commands("pg_restore"):
        run(command, tmp_path, CRM_DATABASE_URL=empty, CRM_HOME=other)
    again = House(load_settings(None, home=other, database_url=empty))
    assert again.store.turn(turn.id).message == "How many orders?"
    assert again.accounts.sign_in("Ana", "a long password").name == "Ana"
    assert again.dataset.info.fingerprint == house.dataset.info.fingerprint


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the command sqlite3 is not installed here")
def test_a_backup_of_sqlite_can_be_made_while_it_is_in_use(demo_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "data").parent.mkdir()
    house = House(load_settings(None, home=home))
    turn = house.store.begin("How many orders?", None)
    (command,) = re.findall(r'`(sqlite3 "\$CRM_HOME[^`]+)`', " ".join(PAGE.split()))
    run(command, tmp_path, CRM_HOME=home)
    (tmp_path / "other").mkdir()
    shutil.move(tmp_path / "conversations.backup.sqlite", tmp_path / "other" / "conversations.sqlite")
    again = House(load_settings(None, home=tmp_path / "other"))
    assert again.store.turn(turn.id).message == "How many orders?"


def test_the_passwords_of_the_page_are_written_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    for command in commands("cp deploy/compose.env")[:2]:
        run(command, tmp_path)
    written = dict(re.findall(r"^(\w+)=(\w*)$", (tmp_path / ".env").read_text(), re.MULTILINE))
    assert set(written) == {"POSTGRES_PASSWORD", "GRAFANA_ADMIN_PASSWORD", "GRAFANA_READER_PASSWORD"}
    assert all(len(password) == 48 for password in written.values())
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
