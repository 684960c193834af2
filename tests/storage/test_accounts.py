"""Accounts: who is let in, and that those who are not learn nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.people import OWNER, Person, scope_of
from crm_copilot.storage import Database, Store, secrets
from crm_copilot.storage.accounts import MOST_FAILURES, Accounts
from crm_copilot.storage.columns import now
from crm_copilot.storage.schema import users

WORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real argon2, with as little work as it does: its cost is for those who guess."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(secrets, "_hasher", lambda: cheap)
    secrets._nobodys.cache_clear()


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store.database)


@pytest.fixture
def ana(accounts: Accounts) -> Person:
    return accounts.add("Ana Lima", WORD, "rep", ["Ana Lima"], ["SP"], email="Ana@Company.com")


def row(accounts: Accounts) -> Any:
    return accounts.database.read(lambda connection: connection.execute(sa.select(users)).one())


def test_there_is_nobody_at_first(accounts: Accounts) -> None:
    assert (accounts.any(), accounts.people()) == (False, [])


def test_a_person_is_read_with_what_they_may_see(accounts: Accounts, ana: Person) -> None:
    assert accounts.any()
    assert ana == accounts.person(ana.id) == accounts.named("ana  LIMA").person == accounts.named(ana.id).person
    assert (ana.name, ana.role, ana.scope) == ("Ana Lima", "rep", scope_of("rep", managers=["Ana Lima"], states=["SP"]))
    assert [account.person for account in accounts.people()] == [ana]


def test_a_password_is_never_stored(accounts: Accounts, ana: Person) -> None:
    assert row(accounts).password.startswith("$argon2id$")
    assert WORD not in str(row(accounts))


@pytest.mark.parametrize("name", ["Ana Lima", "  ana   lima ", "ANA LIMA"])
def test_somebody_signs_in(accounts: Accounts, ana: Person, name: str) -> None:
    assert accounts.sign_in(name, WORD) == ana


def test_all_who_are_refused_hear_the_same(accounts: Accounts, ana: Person) -> None:
    accounts.add("No Password", None, "analyst")
    accounts.add("Gone", WORD, "analyst")
    accounts.disable(accounts.named("Gone").person.id)
    wrong = [("nobody", WORD), ("Ana Lima", "wrong"), ("No Password", ""), ("Gone", WORD), ("Ana Lima", "x" * 5000)]
    said = set()
    for name, word in wrong:
        with pytest.raises(InputError) as refused:
            accounts.sign_in(name, word)
        said.add(str(refused.value))
    assert len(said) == 1


def test_a_name_that_is_not_there_costs_a_hash_too(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str | None] = []
    fits = secrets.password_fits
    monkeypatch.setattr(secrets, "password_fits", lambda stored, word: verified.append(stored) or fits(stored, word))  # type: ignore[func-returns-value]
    with pytest.raises(InputError):
        accounts.sign_in("nobody", WORD)
    assert verified == [None]
    assert secrets._nobodys.cache_info().currsize == 1, "the password was held against a hash of nobody's"


def test_an_account_is_locked_for_a_while(accounts: Accounts, ana: Person) -> None:
    for _ in range(MOST_FAILURES):
        with pytest.raises(InputError):
            accounts.sign_in("Ana Lima", "wrong")
    with pytest.raises(InputError):
        accounts.sign_in("Ana Lima", WORD)
    past = sa.update(users).values(locked=now())
    accounts.database.write(lambda connection: connection.execute(past))
    assert accounts.sign_in("Ana Lima", WORD) == ana
    assert (row(accounts).failures, row(accounts).locked) == (0, None)


def test_failures_at_the_same_moment_are_all_counted(accounts: Accounts, ana: Person) -> None:
    def fail(_: int) -> None:
        with pytest.raises(InputError):
            accounts.sign_in("Ana Lima", "wrong")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fail, range(MOST_FAILURES - 1)))
    assert row(accounts).failures == MOST_FAILURES - 1


def test_an_administrator_opens_a_locked_account(accounts: Accounts, ana: Person) -> None:
    for _ in range(MOST_FAILURES):
        with pytest.raises(InputError):
            accounts.sign_in("Ana Lima", "wrong")
    accounts.enable(ana.id)
    assert accounts.sign_in("Ana Lima", WORD) == ana


def test_a_provider_knows_people_by_their_address(accounts: Accounts, ana: Person) -> None:
    assert accounts.by_email("ANA@company.com ") == ana
    with pytest.raises(UnknownName, match=r"other@company\.com"):
        accounts.by_email("other@company.com")
    accounts.disable(ana.id)
    with pytest.raises(UnknownName):
        accounts.by_email("ana@company.com")


def test_who_is_disabled_is_not_there_until_enabled(accounts: Accounts, ana: Person) -> None:
    accounts.disable(ana.id)
    with pytest.raises(UnknownName, match="disabled"):
        accounts.person(ana.id)
    assert accounts.account(ana.id).disabled is not None
    accounts.enable(ana.id)
    assert accounts.person(ana.id) == ana


def test_a_change_changes_what_is_named(accounts: Accounts, ana: Person) -> None:
    changed = accounts.change(ana.id, states=["RJ", "MG"], name="Ana L.")
    assert (changed.name, changed.scope.states, changed.scope.managers) == ("Ana L.", ("MG", "RJ"), ("Ana Lima",))
    accounts.change(ana.id, password="another long one")
    assert accounts.sign_in("ana l.", "another long one").id == ana.id


def test_a_rep_is_never_left_without_limits(accounts: Accounts, ana: Person) -> None:
    with pytest.raises(InputError, match="managers"):
        accounts.change(ana.id, managers=None, states=None)
    assert accounts.person(ana.id) == ana


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": " "}, "cannot be the name"),
        ({"name": OWNER.id}, "cannot be the name"),
        ({"name": "a\nb\x07"}, "cannot be the name"),
        ({"name": "x" * 201}, "200 characters"),
        ({"name": "ana LIMA"}, "another account"),
        ({"email": "ana@company.com"}, "another account"),
        ({"email": "no address"}, "name@company.com"),
        ({"password": "short"}, "5 characters, expected 10"),
        ({"password": "x" * 1001}, "1001 characters"),
        ({"role": "boss"}, "there is no role 'boss'"),
        ({"role": "rep"}, "a rep needs managers"),
        ({"managers": "Ana"}, r"write it as \['Ana'\]"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_stored(
    accounts: Accounts, ana: Person, given: dict[str, Any], said: str
) -> None:
    usual: dict[str, Any] = {"name": "Bia", "password": WORD, "role": "analyst"}
    with pytest.raises(InputError, match=said):
        accounts.add(**usual | given)
    other = accounts.add("Carla", WORD, "analyst", email="carla@company.com")
    with pytest.raises(InputError, match=said):
        accounts.change(other.id, **given)
    assert {account.person.name for account in accounts.people()} == {"Ana Lima", "Carla"}
    assert accounts.person(other.id) == other


def test_what_an_account_does_not_have_cannot_be_changed(accounts: Accounts, ana: Person) -> None:
    with pytest.raises(InputError, match="'shoes'"):
        accounts.change(ana.id, shoes=42)
    with pytest.raises(UnknownName, match="'nobody'"):
        accounts.change("nobody", role="analyst")


@pytest.mark.parametrize("text", ["'; DROP TABLE users; --", "<script>", "%", "🙂 ção"])
def test_a_name_is_only_a_name(accounts: Accounts, text: str) -> None:
    made = accounts.add(text, WORD, "analyst")
    assert accounts.sign_in(text, WORD) == made
    with pytest.raises(UnknownName):
        accounts.named("x" + text)


def test_two_cannot_take_one_name_at_the_same_moment(accounts: Accounts, opened: Callable[[], Database]) -> None:
    def take(_: int) -> str:
        try:
            return Accounts(opened()).add("Ana", WORD, "analyst").name
        except InputError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(take, range(4)))
    assert sorted("another account" in text for text in said) == [False, True, True, True]
    assert len(accounts.people()) == 1
