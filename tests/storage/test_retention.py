"""What is too old is forgotten by itself, and a database that is away for a while does not end that."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm_copilot.errors import OperatorError
from crm_copilot.storage import Store, retention
from crm_copilot.storage.columns import now
from crm_copilot.storage.schema import conversations


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    monkeypatch.setattr(retention, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(retention, "EVERY_SECONDS", 0.01)
    event = threading.Event()
    yield event
    event.set()


def old(store: Store, thread: str) -> None:
    store.stop(store.begin("q", thread).id, "failed")
    change = sa.update(conversations).where(conversations.c.id == thread).values(updated=now() - timedelta(days=40))
    store.database.write(lambda connection: connection.execute(change))


def gone(store: Store, thread: str) -> bool:
    for _ in range(1000):
        if store.turns(thread) == []:
            return True
        threading.Event().wait(0.01)
    return False


def test_what_is_old_goes_and_what_becomes_old_too(store: Store, over: threading.Event) -> None:
    old(store, "one")
    store.begin("q", "young")
    thread = retention.keep(store, 30, lambda: None, over)
    assert gone(store, "one")
    old(store, "two")
    assert gone(store, "two")
    assert len(store.turns("young")) == 1
    over.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_database_that_is_away_is_tried_again(
    store: Store, over: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    old(store, "one")
    tried: list[int] = []

    def saver() -> None:
        tried.append(1)
        if len(tried) < 3:
            raise OperatorError("the database is away")

    with caplog.at_level(logging.WARNING):
        retention.keep(store, 30, saver, over)
        assert gone(store, "one")
    assert "the database is away" in caplog.text
