"""Keys and sessions: what opens, for how long, and that what is stored opens nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.people import Person
from crm_copilot.storage import Store
from crm_copilot.storage.accounts import Accounts
from crm_copilot.storage.columns import now
from crm_copilot.storage.schema import api_keys, sessions


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store.database)


@pytest.fixture
def ana(accounts: Accounts) -> Person:
    return accounts.add("Ana", None, "analyst")


def past(accounts: Accounts, table: sa.Table) -> None:
    change = sa.update(table).values(expires=now() - timedelta(seconds=1))
    accounts.database.write(lambda connection: connection.execute(change))


def test_a_key_opens_what_it_is_for(accounts: Accounts, ana: Person) -> None:
    key = accounts.new_key(ana.id, "reports", ("ask", "read"), datetime.now(UTC) + timedelta(days=1))
    assert re.fullmatch(r"crm_[A-Za-z0-9]{40}", key)
    assert accounts.by_key(key) == (ana, frozenset({"ask", "read"}))
    (told,) = accounts.keys(ana.id)
    assert (told.name, told.scopes, told.revoked) == ("reports", ("ask", "read"), None)


def test_what_is_stored_opens_nothing(accounts: Accounts, ana: Person) -> None:
    key = accounts.new_key(ana.id, "k")
    row = accounts.database.read(lambda connection: connection.execute(sa.select(api_keys)).one())
    assert key not in str(row)
    with pytest.raises(UnknownName):
        accounts.by_key(row.hash)


def test_keys_are_never_the_same(accounts: Accounts, ana: Person) -> None:
    assert len({accounts.new_key(ana.id, "k") for _ in range(20)}) == len(accounts.keys(ana.id)) == 20


@pytest.mark.parametrize("key", ["", "crm_", "crm_" + "x" * 40, "\x00", "\ud800", "ção'; --", "k" * 100_000])
def test_what_is_no_key_opens_nothing(accounts: Accounts, ana: Person, key: str) -> None:
    accounts.new_key(ana.id, "k")
    with pytest.raises(UnknownName, match="the key is unknown"):
        accounts.by_key(key)


@pytest.mark.parametrize(
    ("how", "said"),
    [("expired", "expired 20"), ("revoked", "revoked"), ("disabled", "disabled"), ("erased", "unknown")],
)
def test_a_key_that_is_over_opens_nothing(accounts: Accounts, ana: Person, how: str, said: str) -> None:
    key = accounts.new_key(ana.id, "k", ("ask",), now() + timedelta(days=1))
    if how == "expired":
        past(accounts, api_keys)
    elif how == "revoked":
        accounts.revoke(accounts.keys(ana.id)[0].id)
    elif how == "disabled":
        accounts.disable(ana.id)
    else:
        accounts.database.write(lambda connection: connection.execute(sa.text("DELETE FROM users")))
    with pytest.raises(UnknownName, match=said):
        accounts.by_key(key)


def test_a_key_is_revoked_by_its_person_alone(accounts: Accounts, ana: Person) -> None:
    bia = accounts.add("Bia", None, "analyst")
    key = accounts.new_key(ana.id, "k")
    with pytest.raises(UnknownName, match="there is no key"):
        accounts.revoke(accounts.keys(ana.id)[0].id, person=bia.id)
    assert accounts.by_key(key)[0] == ana
    accounts.revoke(accounts.keys(ana.id)[0].id, person=ana.id)
    first = accounts.keys(ana.id)[0].revoked
    accounts.revoke(accounts.keys(ana.id)[0].id)
    assert accounts.keys(ana.id)[0].revoked == first is not None


def test_a_key_that_cannot_be_is_not_made(accounts: Accounts, ana: Person) -> None:
    yesterday = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=1)
    for given, said in (
        ((ana.id, "k", ("everything",)), "a key for everything"),
        ((ana.id, "k", ()), "a key for nothing"),
        ((ana.id, " "), "name of a key"),
        ((ana.id, "k", ("ask",), yesterday), "which is past"),
    ):
        with pytest.raises(InputError, match=said):
            accounts.new_key(*given)  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="'nobody'"):
        accounts.new_key("nobody", "k")
    assert accounts.keys(ana.id) == []


def test_a_session_lasts_until_it_ends(accounts: Accounts, ana: Person) -> None:
    one, other = accounts.begin_session(ana.id), accounts.begin_session(ana.id)
    assert accounts.by_session(one) == accounts.by_session(other) == ana
    accounts.end_session(one)
    with pytest.raises(UnknownName, match="sign in again"):
        accounts.by_session(one)
    past(accounts, sessions)
    with pytest.raises(UnknownName):
        accounts.by_session(other)
    third = accounts.begin_session(ana.id)
    query = sa.select(sa.func.count()).select_from(sessions)
    assert accounts.database.read(lambda connection: connection.scalar(query)) == 1, "what is over is cleared away"
    assert accounts.by_session(third) == ana


@pytest.mark.parametrize("how", ["disable", "password", "role"])
def test_what_makes_somebody_another_ends_their_sessions(accounts: Accounts, ana: Person, how: str) -> None:
    token = accounts.begin_session(ana.id)
    if how == "disable":
        accounts.disable(ana.id)
        accounts.enable(ana.id)
    else:
        accounts.change(ana.id, **{how: "a new password" if how == "password" else "admin"})
    with pytest.raises(UnknownName):
        accounts.by_session(token)
