"""The schema: made once from nothing, left alone afterwards, whoever comes first."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crm_copilot.errors import InputError, OperatorError
from crm_copilot.storage import Store, migrations
from crm_copilot.storage.migrations import STEPS, migrate


def version(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def schema(file: Path) -> set[str]:
    with sqlite3.connect(file) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def test_an_empty_file_gets_every_step(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "down" / "conversations.sqlite"
    Store(file)
    assert version(file) == len(STEPS)
    assert schema(file) >= {"conversations", "turns", "ratings", "turns_by_status", "ratings_by_turn"}


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    turn = Store(file).begin("hello", None)
    assert Store(file).turn(turn.id) == turn
    assert version(file) == len(STEPS)


def test_each_step_is_applied_once_and_data_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an upgrade from the oldest schema, with a row in it, to one with a step more."""
    file = tmp_path / "store.sqlite"
    monkeypatch.setattr(migrations, "STEPS", STEPS[:1])
    with sqlite3.connect(file) as connection:
        migrate(connection)
        connection.execute("INSERT INTO conversations VALUES ('c', 'title', '2020', '2020')")
    monkeypatch.setattr(
        migrations, "STEPS", (*STEPS[:1], "ALTER TABLE conversations ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")
    )
    for _ in range(2):
        with sqlite3.connect(file) as connection:
            migrate(connection)
            assert connection.execute("SELECT id, note FROM conversations").fetchall() == [("c", "none")]
    assert version(file) == 2


def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "store.sqlite"
    Store(file)
    before = schema(file)
    monkeypatch.setattr(migrations, "STEPS", (*STEPS, "CREATE TABLE half (id TEXT); CREATE TABLE turns (id TEXT)"))
    connection = sqlite3.connect(file)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection)
    connection.close()
    assert (version(file), schema(file)) == (len(STEPS), before)


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    Store(file)
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(InputError, match="newer version") as refused:
        Store(file)
    assert "CRM_HOME" in str(refused.value)
    assert version(file) == len(STEPS) + 1


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.write_text("this is no database, but long enough to be taken for one" * 50)
    with pytest.raises(OperatorError, match=r"store\.sqlite"):
        Store(file)


def test_several_may_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    """The app and the command line, started together on a fresh machine."""
    for number in range(10):
        file, together = tmp_path / f"{number}.sqlite", threading.Barrier(6)

        def open_store(_: int, file: Path = file, together: threading.Barrier = together) -> str:
            together.wait()
            return Store(file).begin("hello", None).id

        with ThreadPoolExecutor(6) as pool:
            assert len(set(pool.map(open_store, range(6)))) == 6
