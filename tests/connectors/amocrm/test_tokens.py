from __future__ import annotations

import stat
import threading
import time
from dataclasses import replace

import pytest

from connectors.amocrm.server import AmoServer
from crm_copilot.connectors.amocrm import Access, TokenStore
from crm_copilot.connectors.amocrm.tokens import address
from crm_copilot.errors import InputError, OperatorError


def ended(store: TokenStore) -> None:
    store._kept(replace(store.read(), ends=time.time() - 1))


def test_a_code_becomes_tokens_that_only_the_owner_reads(amo: AmoServer, home) -> None:
    store = TokenStore(home)
    access = store.login(Access(amo.url, "id", "secret", "https://me"), "code-1")
    assert (access.access_token, store.token()) == ("access-1", "access-1")
    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600
    assert "secret" not in repr(access)


def test_a_wrong_code_is_refused_and_nothing_is_kept(amo: AmoServer, home) -> None:
    store = TokenStore(home)
    with pytest.raises(InputError, match="crm connect amocrm login"):
        store.login(Access(amo.url, "id", "secret", "https://me"), "old code")
    assert not store.file.exists()


def test_tokens_are_refreshed_before_they_end(amo: AmoServer, store: TokenStore) -> None:
    ended(store)
    assert store.token() == "access-1"
    assert store.read().refresh_token == "refresh-1"
    assert store.token() == "access-1"
    assert amo.refreshed == ["refresh-0"]


def test_many_at_once_refresh_once(amo: AmoServer, store: TokenStore) -> None:
    ended(store)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(TokenStore(store.file.parents[1]).token())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["access-1"] * 8
    assert amo.refreshed == ["refresh-0"]


def test_a_refused_refresh_names_the_repair(amo: AmoServer, store: TokenStore) -> None:
    ended(store)
    amo.refresh = "another"
    with pytest.raises(InputError, match="login"):
        store.token()


def test_a_server_that_is_away_changes_nothing(amo: AmoServer, store: TokenStore) -> None:
    ended(store)
    amo.shutdown()
    amo.server_close()
    with pytest.raises(OperatorError, match="cannot be reached"):
        store.token()
    assert store.read().refresh_token == "refresh-0"


def test_nothing_connected_or_damaged_is_said(home) -> None:
    store = TokenStore(home)
    with pytest.raises(InputError, match="no amoCRM account is connected"):
        store.read()
    store.file.parent.mkdir(parents=True)
    store.file.write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        store.read()


@pytest.mark.parametrize(("given", "found"), [
    ("company.amocrm.ru", "https://company.amocrm.ru"),
    ("https://company.kommo.com/leads/", "https://company.kommo.com"),
])  # fmt: skip
def test_an_address_is_tidied(given: str, found: str) -> None:
    assert address(given) == found


@pytest.mark.parametrize("given", ["http://company.amocrm.ru", "ftp://company.amocrm.ru", "company", ""])
def test_an_address_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(InputError):
        address(given)
