"""The audit log: the last first, by whom and since when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm_copilot.storage import Store
from crm_copilot.storage.audit import Audit, Entry
from crm_copilot.storage.columns import now


@pytest.fixture
def audit(store: Store) -> Audit:
    return Audit(store.database)


def test_an_entry_is_read_as_it_was_written(audit: Audit) -> None:
    audit.record("ana", "code", turn="t", code="def f(): ...", detail="ção")
    (entry,) = audit.entries()
    assert entry == Entry(entry.at, "ana", "code", "t", "def f(): ...", "ção")
    assert entry.at.endswith("+00:00")


def test_entries_of_one_person_since_a_moment(audit: Audit) -> None:
    for person, action in (("ana", "one"), ("bia", "two"), ("ana", "three")):
        audit.record(person, action)
    assert [entry.action for entry in audit.entries()] == ["three", "two", "one"]
    assert [entry.action for entry in audit.entries(person="ana")] == ["three", "one"]
    assert [entry.action for entry in audit.entries(limit=1)] == ["three"]
    assert len(audit.entries(now() - timedelta(minutes=1))) == 3
    assert audit.entries(now() + timedelta(minutes=1)) == []


def test_an_entry_outlives_what_it_is_about(audit: Audit, store: Store) -> None:
    turn = store.begin("q", None)
    audit.record("owner", "question", turn=turn.id)
    store.delete(turn.conversation)
    assert [entry.turn for entry in audit.entries()] == [turn.id]
