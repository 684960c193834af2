"""Solved examples in the store: kept with the thumb that made them, gone with it, read back as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from crm_copilot.domain import Solved
from crm_copilot.errors import InputError, UnknownName
from crm_copilot.storage import Database, Store


def example(turn: str, part: int = 0, question: str = "q", **changes: object) -> Solved:
    made = Solved(turn, part, question, {"by": ["ã"]}, "def f(): ...", "data", "text", b"\x00\x01", "mini")
    return replace(made, **changes)  # type: ignore[arg-type]


def kept(store: Store, question: str = "q") -> str:
    turn = store.begin(question, None).id
    store.rate(turn, 0, thumbs=1, example=example(turn, question=question))
    return turn


def test_an_example_is_read_as_it_was_written(store: Store, opened: Callable[[], Database]) -> None:
    turn = kept(store)
    (found,) = Store(opened()).examples()
    assert found == example(turn, id=found.id)
    assert (store.example_ids(), found.scope) == ((found.id,), "all")


def test_examples_of_one_scope(store: Store) -> None:
    turn = store.begin("q", None).id
    for scope in ("all", "0123456789abcdef"):
        store.rate(turn, 0, thumbs=1, example=example(turn, question=scope, scope=scope))
    assert [found.question for found in store.examples("0123456789abcdef")] == ["0123456789abcdef"]
    assert (len(store.example_ids("all")), len(store.example_ids()), store.examples("none")) == (1, 2, [])


def test_an_example_without_a_plan(store: Store) -> None:
    turn = store.begin("q", None).id
    store.rate(turn, 0, thumbs=1, example=example(turn, plan=None))
    assert store.examples()[0].plan is None


@pytest.mark.parametrize("thumbs", [0, None])
def test_another_thumb_takes_it_back(store: Store, thumbs: int | None) -> None:
    turn, other = kept(store), kept(store, "other")
    store.rate(turn, 0, thumbs=thumbs)
    assert [found.turn for found in store.examples()] == [other]


def test_another_part_of_the_turn_stays(store: Store) -> None:
    turn = kept(store)
    store.rate(turn, 1, thumbs=1, example=example(turn, 1))
    store.rate(turn, 0, thumbs=0)
    assert [found.part for found in store.examples()] == [1]


def test_twice_is_once(store: Store) -> None:
    turn = kept(store)
    before = store.example_ids()
    store.rate(turn, 0, thumbs=1, example=example(turn))
    assert store.example_ids() == before


def test_a_change_changes_the_ids(store: Store) -> None:
    turn = kept(store)
    before = store.example_ids()
    store.rate(turn, 0, thumbs=0)
    store.rate(turn, 0, thumbs=1, example=example(turn))
    assert len(store.example_ids()) == 1
    assert store.example_ids() != before


def test_a_conversation_takes_its_examples_along(store: Store) -> None:
    turn = kept(store)
    store.delete(store.turn(turn).conversation)
    assert store.examples() == []


def test_a_rating_that_cannot_be_stored_stores_no_example(store: Store) -> None:
    turn = store.begin("q", None).id
    with pytest.raises(InputError):
        store.rate(turn, 0, thumbs=1, stars=9, example=example(turn))
    assert (store.examples(), store.ratings(turn)) == ([], [])


def test_a_dropped_example_stays_dropped(store: Store) -> None:
    turn = kept(store)
    store.drop_example(store.example_ids()[0], "it made answers worse")
    assert (store.examples(), store.example_ids()) == ([], ())
    store.rate(turn, 0, thumbs=0)
    store.rate(turn, 0, thumbs=1, example=example(turn))
    assert store.examples() == []


def test_an_unknown_example_cannot_be_dropped(store: Store) -> None:
    with pytest.raises(UnknownName, match="7"):
        store.drop_example(7, "why not")


def test_the_thumbs_in_force(store: Store) -> None:
    up, changed, taken_back = (store.begin(name, None).id for name in ("up", "changed", "back"))
    for turn, thumbs in ((up, 1), (changed, 1), (taken_back, 1), (changed, 0), (taken_back, None)):
        store.rate(turn, 0, thumbs=thumbs)
    store.rate(up, 1, stars=3)
    assert [(rating.turn, rating.thumbs) for rating in store.thumbs()] == [(up, 1), (changed, 0)]
    assert store.rating(up, 1).stars == 3
    assert store.rating(up, 5).thumbs is None


def test_the_turn_answered_last_and_the_one_before(store: Store) -> None:
    with pytest.raises(UnknownName, match="nothing has been answered"):
        store.last_turn()
    one, two, _ = (store.begin(name, None) for name in ("one", "two", "still running"))
    for turn in (one, two):
        store.finish(turn.id, {"status": "answered"})
    assert store.last_turn().id == two.id
    with pytest.raises(UnknownName, match="'one'"):
        store.turn_before(store.turn(one.id))


def test_the_thumbs_of_everybody_with_their_turns(store: Store) -> None:
    """Who trains on them is none of those who gave them."""
    turn = store.begin("q", None, person="ana")
    store.rate(turn.id, 0, thumbs=1, person="ana")
    (rating,) = store.thumbs()
    assert store.any_turn(rating.turn) == store.turn(turn.id, person="ana")
    with pytest.raises(UnknownName):
        store.turn(rating.turn)
    with pytest.raises(UnknownName, match="'nobody'"):
        store.any_turn("nobody")
