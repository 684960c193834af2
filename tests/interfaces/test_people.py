"""`crm people` as an administrator types it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.interfaces.people import app
from crm_copilot.storage import Store
from crm_copilot.storage.accounts import Accounts
from crm_copilot.storage.audit import Audit

Run = Callable[..., Result]
WORD = "a rather long password"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CRM_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def people(home: Path) -> Run:
    """Run a command; what is raised on purpose is raised here, as the command line gets it."""

    def run(*words: str, given: str = "") -> Result:
        return CliRunner().invoke(app, list(words), input=given, catch_exceptions=False)

    return run


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    store = Store(home / "conversations.sqlite")
    yield store
    store.database.close()


@pytest.fixture
def ana(people: Run) -> dict[str, Any]:
    limits = ("--manager", "Ana Lima", "--state", "SP", "--state", "rj")
    return json.loads(people("add", "Ana", "--role", "rep", *limits, "--json", given=f"{WORD}\n").stdout)  # type: ignore[no-any-return]


def test_a_person_is_added_and_signs_in(people: Run, store: Store) -> None:
    done = people("add", "Ana", "--role", "admin", given=f"{WORD}\n")
    assert (done.stdout, done.exit_code) == ("Ana can sign in as admin\n", 0)
    assert "ask everybody to sign in" in done.stderr
    assert Accounts(store.database).sign_in("ana", WORD).role == "admin"
    assert "sign in; restart" not in people("add", "Bia", "--role", "analyst", "--no-password").stderr


def test_who_there_is(people: Run, ana: dict[str, Any]) -> None:
    (told,) = json.loads(people("list", "--json").stdout)
    assert told == ana
    assert (told["role"], told["managers"], told["states"]) == ("rep", ["Ana Lima"], ["SP", "rj"])
    assert "argon2" not in json.dumps(told)
    assert "Ana Lima" in people("list").stdout


def test_nobody_is_said_with_what_it_means(people: Run) -> None:
    assert "whoever can open the app sees everything" in people("list").stdout


def test_a_change(people: Run, ana: dict[str, Any], store: Store) -> None:
    told = json.loads(people("change", "ANA", "--state", "", "--name", "Ana L.", "--json").stdout)
    assert told == {**ana, "states": None, "name": "Ana L."}
    people("change", "ana l.", "--password", given="another long password\n")
    assert Accounts(store.database).sign_in("Ana L.", "another long password").id == ana["id"]
    with pytest.raises(InputError, match="nothing is to be changed"):
        people("change", "ana l.")


def test_out_and_in_again(people: Run, ana: dict[str, Any], store: Store) -> None:
    assert people("disable", "ana").stdout == "Ana is disabled\n"
    with pytest.raises(InputError):
        Accounts(store.database).sign_in("ana", WORD)
    people("enable", "ana")
    assert Accounts(store.database).sign_in("ana", WORD).id == ana["id"]


def test_a_key_is_shown_once_and_can_be_revoked(people: Run, ana: dict[str, Any], store: Store) -> None:
    made = people("key", "ana", "--for", "reports", "--scope", "ask", "--days", "7")
    key = made.stdout.strip()
    assert Accounts(store.database).by_key(key)[1] == {"ask"}
    assert "shown this once" in made.stderr
    listed = people("key", "ana", "--json").stdout
    assert key not in listed
    (told,) = json.loads(listed)
    assert told["name"] == "reports"
    people("key", "ana", "--revoke", told["id"])
    with pytest.raises(UnknownName, match="revoked"):
        Accounts(store.database).by_key(key)


def test_everything_of_a_person_is_printed_and_forgotten(people: Run, ana: dict[str, Any], store: Store) -> None:
    store.begin("what did I sell?", None, person=ana["id"])
    assert json.loads(people("export", "ana").stdout)["turns"][0]["message"] == "what did I sell?"
    with pytest.raises(InputError, match="say so with --yes"):
        people("erase", "ana")
    assert store.conversations(person=ana["id"])
    done = people("erase", "ana", "--yes")
    assert "1 users" in done.stdout
    assert "nobody is left" in done.stderr
    assert store.conversations(person=ana["id"]) == []
    with pytest.raises(UnknownName, match="'ana'"):
        people("export", "ana")


def test_the_owner_is_exported_without_an_account(people: Run, store: Store) -> None:
    store.begin("mine", None)
    assert json.loads(people("export", "owner").stdout)["turns"][0]["message"] == "mine"


def test_what_is_old_is_forgotten(people: Run, store: Store) -> None:
    assert json.loads(people("expire", "--days", "30", "--yes", "--json").stdout)["conversations"] == 0
    with pytest.raises(InputError, match="older than 30 days"):
        people("expire", "--days", "30")


def test_what_an_administrator_did_is_in_the_audit(people: Run, ana: dict[str, Any], store: Store) -> None:
    people("key", "ana", "--for", "reports")
    people("disable", "ana")
    people("erase", "ana", "--yes")
    entries = Audit(store.database).entries()
    assert [e.action for e in entries] == ["person erased", "person disabled", "key made", "person added"]
    assert "Ana" not in str(entries)


def test_a_sentence_for_what_cannot_be_used(crm: Callable[..., Any], tmp_path: Path) -> None:
    ended = crm("people", "add", "Ana", "--role", "boss", "--no-password", CRM_HOME=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("crm: there is no role 'boss'; the roles are rep, support")
