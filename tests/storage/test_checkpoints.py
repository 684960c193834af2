"""The steps of a question: where one process left off another goes on, in a file and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from crm_copilot.storage import Database, checkpoints
from crm_copilot.storage.checkpoints import checkpointer

RUN: Any = {"configurable": {"thread_id": "turn:0"}}


class Seen(TypedDict, total=False):
    question: str
    first: str
    second: str


def graph(saver: Any, second: Callable[[Seen], Seen]) -> Any:
    built = StateGraph(Seen)
    built.add_node("one", lambda state: {"first": f"read {state['question']}"})
    built.add_node("two", second)
    for edge in ((START, "one"), ("one", "two"), ("two", END)):
        built.add_edge(*edge)
    return built.compile(checkpointer=saver)


@pytest.fixture
def saver(opened: Callable[[], Database], tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Open the steps, each time as another process does."""
    found: list[Any] = []

    def once_more() -> Any:
        found.append(checkpointer(opened(), tmp_path / "checkpoints.sqlite"))
        return found[-1]

    yield once_more
    for each in found:
        checkpoints.close(each)


def broken(state: Seen) -> Seen:
    raise RuntimeError("the process dies here")


def test_another_process_goes_on_where_one_left_off(saver: Callable[[], Any]) -> None:
    with pytest.raises(RuntimeError):
        graph(saver(), broken).invoke({"question": "ção 🙂"}, RUN)
    ended = graph(saver(), lambda state: {"second": state["first"] + "!"}).invoke(None, RUN)
    assert ended == {"question": "ção 🙂", "first": "read ção 🙂", "second": "read ção 🙂!"}


def test_steps_are_listed_and_forgotten(saver: Callable[[], Any]) -> None:
    kept = saver()
    assert checkpoints.runs(kept) == []
    for number in range(3):
        graph(kept, lambda state: {}).invoke({"question": "q"}, {"configurable": {"thread_id": f"turn:{number}"}})
    checkpoints.forget(kept, ["turn:0", "turn:2", "never there"])
    assert checkpoints.runs(saver()) == ["turn:1"]


def test_several_may_make_the_tables_at_once(saver: Callable[[], Any]) -> None:
    assert [checkpoints.runs(saver()) for _ in range(3)] == [[], [], []]
