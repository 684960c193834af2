"""Conversations on disk: nothing is lost, whoever writes at the same time and whatever is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm_copilot.errors import InputError, UnknownName
from crm_copilot.storage import MOST_OF_A_TITLE, Database, Rating, Store
from crm_copilot.storage.columns import now
from crm_copilot.storage.owners import SILENCE, this_process
from crm_copilot.storage.schema import turns

Opened = Callable[[], Database]

ANSWER = {"status": "answered", "answer": "três 🙂", "results": [{"rows": [["sao paulo", 1.5, None]]}]}


# --------------------------------------------------------------------------------------------- turns and answers


def test_a_message_is_written_down_before_it_is_answered(store: Store, opened: Opened) -> None:
    turn = store.begin("how many orders?", None)
    assert (turn.status, turn.position, turn.answer, list(turn.parts)) == ("running", 0, None, [])
    assert Store(opened()).turn(turn.id) == turn


def test_an_answer_comes_back_as_it_was_given(store: Store, opened: Opened) -> None:
    turn = store.begin("how many orders?", None)
    store.set_parts(turn.id, [{"asked": "q", "text": "q", "plan": None}])
    store.finish(turn.id, ANSWER)
    found = Store(opened()).turn(turn.id)
    assert (found.status, found.answer, found.parts) == (
        "answered",
        ANSWER,
        [{"asked": "q", "text": "q", "plan": None}],
    )


def test_an_answer_with_nan_is_refused_and_nothing_is_stored(store: Store) -> None:
    turn = store.begin("q", None)
    with pytest.raises(ValueError, match="JSON"):
        store.finish(turn.id, {"status": "answered", "answer": float("nan")})
    assert store.turn(turn.id).status == "running"


def test_positions_count_up_within_each_conversation(store: Store) -> None:
    for message in ("a", "b"):
        store.begin(message, "one")
    store.begin("c", "two")
    store.begin("d", "one")
    assert [(turn.message, turn.position) for turn in store.turns("one")] == [("a", 0), ("b", 1), ("d", 2)]
    assert [(turn.message, turn.position) for turn in store.turns("two")] == [("c", 0)]


def test_the_conversation_used_last_comes_first(store: Store) -> None:
    for message, thread in (("first", "one"), ("second", "two")):
        store.begin(message, thread)
    _later(store, "one")
    assert [(c.id, c.title, c.turns) for c in store.conversations()] == [("one", "first", 2), ("two", "second", 1)]
    assert len(store.conversations(limit=1)) == 1


def _later(store: Store, thread: str) -> None:
    """Times are kept to the millisecond."""
    threading.Event().wait(0.005)
    store.begin("again", thread)


def test_a_long_message_makes_a_short_title_and_is_kept_whole(store: Store) -> None:
    turn = store.begin("x" * 4000, "one")
    assert (len(store.conversations()[0].title), len(turn.message)) == (80, 4000)


@pytest.mark.parametrize("status", ["stopped", "failed"])
def test_a_turn_without_answer_keeps_its_message(store: Store, status: str) -> None:
    turn = store.begin("q", "one")
    store.stop(turn.id, status)
    assert [(t.message, t.status, t.answer) for t in store.turns("one")] == [("q", status, None)]


def test_a_conversation_gets_another_title_and_keeps_its_place(store: Store) -> None:
    renamed, _ = store.begin("first", None), store.begin("second", None)
    before = [(found.id, found.updated) for found in store.conversations()]
    store.rename(renamed.conversation, f"  {'ç' * 100}")
    assert {found.title for found in store.conversations()} == {"ç" * MOST_OF_A_TITLE, "second"}
    assert [(found.id, found.updated) for found in store.conversations()] == before


def test_a_title_is_neither_empty_nor_given_to_nothing(store: Store) -> None:
    turn = store.begin("first", None)
    with pytest.raises(InputError, match="the title is empty"):
        store.rename(turn.conversation, " \n ")
    with pytest.raises(UnknownName, match="'gone'"):
        store.rename("gone", "title")
    assert [found.title for found in store.conversations()] == ["first"]


def test_delete_forgets_turns_and_ratings_and_no_others(store: Store, opened: Opened) -> None:
    gone, kept = store.begin("a", "gone"), store.begin("b", "kept")
    for turn in (gone, kept):
        store.rate(turn.id, 0, thumbs=1)
    store.delete("gone")
    assert [c.id for c in store.conversations()] == ["kept"]
    assert store.turns("gone") == store.ratings(gone.id) == []
    assert len(store.ratings(kept.id)) == 1
    assert [_count(store, table) for table in ("turns", "ratings")] == [1, 1]


def _count(store: Store, table: str) -> int:
    return store.database.read(lambda connection: connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)


# -------------------------------------------------------------------------------------------------- unknown ids


def test_an_unknown_turn_is_named_in_the_error(store: Store) -> None:
    with pytest.raises(UnknownName, match="'nobody'"):
        store.turn("nobody")
    with pytest.raises(UnknownName, match="'nobody'"):
        store.rate("nobody", 0, thumbs=1)


def test_an_unknown_conversation_is_empty(store: Store) -> None:
    assert store.turns("nobody") == []
    store.delete("nobody")
    assert store.ratings("nobody") == []


def test_the_answer_of_a_deleted_turn_is_dropped(store: Store) -> None:
    """The conversation was deleted while the answer was being made."""
    turn = store.begin("q", "one")
    store.delete("one")
    store.finish(turn.id, ANSWER)
    assert store.conversations() == store.turns("one") == []


# ---------------------------------------------------------------------------------------------- somebody else's


def test_what_is_somebody_elses_does_not_exist(store: Store) -> None:
    turn = store.begin("mine", "one", person="ana", scope="0123")
    store.finish(turn.id, ANSWER)
    store.rate(turn.id, 0, stars=5, person="ana")
    bia = {"person": "bia"}
    for work in (
        lambda: store.turn(turn.id, **bia), lambda: store.rename("one", "title", **bia),
        lambda: store.take_over(turn.id, **bia), lambda: store.rate(turn.id, 0, stars=1, **bia),
        lambda: store.begin("mine too", "one", **bia), lambda: store.last_turn(**bia),
    ):  # fmt: skip
        with pytest.raises(UnknownName):
            work()
    assert store.conversations(**bia) == store.turns("one", **bia) == store.ratings(turn.id, **bia) == []
    assert (store.rating(turn.id, 0, **bia).stars, store.learned_from(turn.id, 0, **bia)) == (None, [])
    store.delete("one", **bia)
    assert [(t.message, t.person, t.scope) for t in store.turns("one", person="ana")] == [("mine", "ana", "0123")]
    assert [(c.title, c.turns) for c in store.conversations(person="ana")] == [("mine", 1)]


def test_each_has_a_last_turn_and_one_before_of_their_own(store: Store) -> None:
    for person in ("ana", "bia", "ana"):
        store.finish(store.begin(f"of {person}", None, person=person).id, ANSWER)
    last = store.last_turn(person="ana")
    assert store.turn_before(last).person == "ana"
    with pytest.raises(UnknownName, match="nothing was answered before"):
        store.turn_before(store.last_turn(person="bia"))


# ------------------------------------------------------------------------------------------------------ ratings


def test_ratings_come_oldest_first(store: Store) -> None:
    turn = store.begin("q", None).id
    store.rate(turn, 0, thumbs=0, comment="não é isso")
    store.rate(turn, 1, stars=5)
    assert store.ratings(turn) == [Rating(turn, 0, 0, None, "não é isso"), Rating(turn, 1, None, 5, "")]


@pytest.mark.parametrize("values", [{"thumbs": 2}, {"thumbs": -1}, {"stars": 0}, {"stars": 6}])
def test_a_rating_out_of_range_is_refused_with_the_value(store: Store, values: dict[str, int]) -> None:
    turn = store.begin("q", None).id
    ((name, value),) = values.items()
    with pytest.raises(InputError, match=rf"{name} is {value}, expected"):
        store.rate(turn, 0, **values)
    assert store.ratings(turn) == []


# -------------------------------------------------------------------------------------- several at the same time


def test_threads_write_to_one_conversation(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(lambda n: store.begin(f"message {n}", "one"), range(40)))
        list(pool.map(lambda turn: store.finish(turn.id, {**ANSWER, "answer": turn.message}), turns))
    found = store.turns("one")
    assert [turn.position for turn in found] == list(range(40))
    assert all(turn.answer and turn.answer["answer"] == turn.message for turn in found)


WRITER = """
import sys
from crm_copilot.storage import Database, Store
store = Store(Database(sys.argv[1]))
for number in range(25):
    turn = store.begin(f"{sys.argv[2]} {number}", "one")
    store.finish(turn.id, {"status": "answered", "answer": turn.message})
"""


def test_processes_write_to_one_conversation(store: Store, place: str, child_environment: dict[str, str]) -> None:
    children = [subprocess.Popen([sys.executable, "-c", WRITER, place, name], env=child_environment) for name in "ab"]
    assert [child.wait(60) for child in children] == [0, 0]
    turns = store.turns("one")
    assert [turn.position for turn in turns] == list(range(50))
    assert {turn.message for turn in turns} == {f"{name} {n}" for name in "ab" for n in range(25)}


def test_what_another_process_wrote_is_seen(store: Store, place: str, child_environment: dict[str, str]) -> None:
    store.begin("mine", "one")
    subprocess.run([sys.executable, "-c", WRITER, place, "other"], env=child_environment, check=True, timeout=60)
    assert len(store.turns("one")) == 26


# ---------------------------------------------------------------------------------------------- dead processes


def owned_by(store: Store, owner: str, beat: timedelta = timedelta()) -> str:
    """Begin a turn in the name of another process, which said so long ago that it lives."""
    turn = store.begin("q", None).id
    change = sa.update(turns).where(turns.c.id == turn).values(owner=owner, beat=now() - beat)
    store.database.write(lambda connection: connection.execute(change))
    return turn


def test_a_turn_of_this_process_is_not_interrupted(store: Store) -> None:
    turn = store.begin("q", None)
    assert store.mark_interrupted() == 0
    assert store.turn(turn.id).status == "running"


@pytest.mark.parametrize(
    "owner",
    ["999999999:1", f"{os.getpid()}:1", "1:", "nonsense:"],
    ids=["gone", "another of its number", "no start", "nonsense"],
)
def test_a_turn_whose_process_is_gone_is_interrupted(store: Store, owner: str) -> None:
    """Also when its number belongs to another process by now."""
    turn = owned_by(store, owner)
    assert store.mark_interrupted() == 1
    assert (store.turn(turn).status, store.mark_interrupted()) == ("interrupted", 0)


def test_answered_turns_of_dead_processes_are_left_alone(store: Store) -> None:
    turn = owned_by(store, "999999999:1")
    store.finish(turn, ANSWER)
    assert store.mark_interrupted() == 0
    assert store.turn(turn).status == "answered"


def test_a_turn_that_was_taken_over_belongs_to_this_process(store: Store) -> None:
    turn = owned_by(store, "999999999:1")
    store.mark_interrupted()
    store.take_over(turn)
    assert (store.turn(turn).status, store.mark_interrupted()) == ("running", 0)


def elsewhere() -> str:
    return f"{this_process().partition('@')[0]}@another-host/0/0"


@pytest.mark.parametrize(("silent", "dead"), [(timedelta(), 0), (SILENCE, 1)])
def test_a_process_of_another_host_lives_as_long_as_it_says_so(store: Store, silent: timedelta, dead: int) -> None:
    turn = owned_by(store, elsewhere(), silent)
    assert store.mark_interrupted() == dead
    assert (store.turn(turn).status, store.interrupted()) == (
        ("interrupted", [store.turn(turn)]) if dead else ("running", [])
    )


def test_a_turn_of_a_living_process_elsewhere_is_not_taken_over(store: Store) -> None:
    with pytest.raises(InputError, match="being answered already"):
        store.take_over(owned_by(store, elsewhere()))
    store.take_over(owned_by(store, elsewhere(), SILENCE))


def test_a_process_says_that_it_lives_while_it_answers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_copilot.storage.writing.BEAT_SECONDS", 0.02)
    turn, beat = store.begin("q", None), sa.select(turns.c.beat)
    before = store.database.read(lambda connection: connection.scalar(beat))
    for _ in range(500):
        threading.Event().wait(0.02)
        if (store.database.read(lambda connection: connection.scalar(beat)) or now()) > before:
            break
    else:
        pytest.fail("no heartbeat in ten seconds")
    store.finish(turn.id, ANSWER)
    assert store._heart is not None
    store._heart.join(10)
    assert not store._heart.is_alive(), "nothing is left to beat for"


def test_a_write_that_fails_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any) -> None:
        raise OSError("no more room")

    monkeypatch.setattr("crm_copilot.storage.writing.insert", fail)
    with pytest.raises(OSError, match="no more room"):
        store.begin("q", "one")
    monkeypatch.undo()
    assert store.conversations() == []
    assert store.begin("q", "one").position == 0
