"""The schema: made once from nothing, left alone afterwards, whoever comes first; old files keep their rows."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from crm_copilot.errors import InputError, OperatorError
from crm_copilot.storage import Database, Rating, Store, migrate, migrations
from crm_copilot.storage.migrations import standing
from crm_copilot.storage.schema import REVISION, metadata

OLD = Path(__file__).parent / "old"
LAST = int(REVISION)


def version(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def old_file(tmp_path: Path, number: int) -> Path:
    """Write a file as the product wrote it before it used Alembic, rows in it."""
    file = tmp_path / "conversations.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript((OLD / f"version{number}.sql").read_text("utf-8"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a table."""
    file = tmp_path / "deep" / "down" / "conversations.sqlite"
    sqlite = request.param == "sqlite"
    database = Database.of_file(file) if sqlite else Database(request.getfixturevalue("postgres_url"))
    yield database
    database.close()


def differences(database: Database) -> list[object]:
    """What Alembic would change to come from the tables that are there to those that the code declares.

    SQLite says a default of '' in other quotes.
    """

    def compared(connection: sa.Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": database.file is None}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    return database.once(compared)


def columns(database: Database) -> dict[str, set[str]]:
    def found(connection: sa.Connection) -> dict[str, set[str]]:
        seen = sa.inspect(connection)
        return {table: {column["name"] for column in seen.get_columns(table)} for table in seen.get_table_names()}

    return database.once(found)


# ---------------------------------------------------------------------------------------------- from nothing


def test_the_last_revision_is_the_one_that_is_declared() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_heads() == [REVISION]
    assert [revision.revision for revision in script.walk_revisions()][::-1] == [f"{n:04}" for n in range(1, LAST + 1)]


def test_an_empty_database_comes_to_the_declared_tables(empty: Database) -> None:
    migrate(empty)
    assert (empty.once(standing), differences(empty)) == (REVISION, [])


def test_opening_again_changes_nothing_and_needs_no_alembic(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(empty)
    turn = Store(empty).begin("hello", None)
    monkeypatch.setitem(__import__("sys").modules, "alembic", None)
    migrate(empty)
    assert Store(empty).turn(turn.id) == turn


def test_several_may_open_a_new_database_at_the_same_moment(empty: Database) -> None:
    """The app and the command line, started together on a fresh machine."""
    together = threading.Barrier(6)

    def open_store(_: int) -> str:
        database = Database(empty.engine.url)
        together.wait()
        migrate(database)
        turn = Store(database).begin("hello", None).id
        database.close()
        return turn

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(open_store, range(6)))) == 6


# ------------------------------------------------------------------------------------------------ old files


@pytest.mark.parametrize("number", [1, 2])
def test_an_old_file_is_taken_over_with_its_rows(tmp_path: Path, number: int) -> None:
    file = old_file(tmp_path, number)
    store = Store(file)
    assert (version(file), store.database.once(standing)) == (LAST, REVISION)
    assert columns(store.database) == columns(Store(tmp_path / "new.sqlite").database)
    assert {(c.title, c.turns) for c in store.conversations()} == {
        ("Revenue by month; and o mês de maior receita?", 2),
        ("left running", 1),
    }
    first, second = store.turns("talk")
    assert (first.answer or {})["results"][0]["rows"] == [["2017-01", 1.5, None]]
    assert first.parts == [{"asked": "Revenue by month", "text": "revenue by month", "plan": None}]
    assert (first.status, second.status, second.message) == ("answered", "declined", 'it\'s; a "quoted" one')
    assert store.ratings(first.id) == [Rating(first.id, 0, 1, None, "bom")]
    assert (store.last_turn(), store.turn_before(second)) == (second, first)
    assert first.created.startswith("2026-11-21T22:23:10.")


def test_the_examples_of_an_old_file_are_in_use(tmp_path: Path) -> None:
    (example,) = Store(old_file(tmp_path, 2)).examples()
    assert (example.question, example.plan, example.vector) == ("revenue by month", {"by": ["ã"]}, b"\x00\x01\xff")
    assert Store(tmp_path / "conversations.sqlite").example_ids() == (1,)


@pytest.mark.parametrize("number", [1, 2])
def test_an_old_file_is_used_as_a_new_one(tmp_path: Path, number: int) -> None:
    """What was left running is interrupted, and the conversation goes on."""
    store = Store(old_file(tmp_path, number))
    assert store.mark_interrupted() == 1
    (left,) = store.interrupted()
    assert (left.message, left.person, left.scope) == ("left running", "owner", "all")
    assert store.begin("one more", "talk").position == 2
    assert store.turns("talk", person="somebody else") == []
    turn = store.turns("talk")[0].id
    store.delete("talk")
    assert (store.ratings(turn), store.examples()) == ([], []), "what hung on it has gone with it"


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = old_file(tmp_path, 2)
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE audit (mine TEXT)")  # one that the last step would make
        before = list(connection.iterdump())
    with pytest.raises(OperatorError, match="audit"):
        Store(file)
    with sqlite3.connect(file) as connection:
        assert (version(file), list(connection.iterdump())) == (2, before)


# ----------------------------------------------------------------------------------------- what cannot be used


def newer(connection: sa.Connection) -> None:
    connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{LAST + 1:04}'"))


def test_a_database_of_a_newer_version_is_refused_and_left_alone(empty: Database) -> None:
    migrate(empty)
    empty.write(newer)
    with pytest.raises(InputError, match="newer version") as refused:
        migrate(empty)
    assert "CRM_HOME" in str(refused.value)
    assert empty.once(standing) == f"{LAST + 1:04}"


def test_an_older_version_of_the_product_would_refuse_the_file(tmp_path: Path) -> None:
    """It looked at this number alone, and knew 2."""
    Store(tmp_path / "store.sqlite")
    assert version(tmp_path / "store.sqlite") > 2


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.write_text("this is no database, but long enough to be taken for one" * 50)
    with pytest.raises(OperatorError, match=r"store\.sqlite"):
        Store(file)
