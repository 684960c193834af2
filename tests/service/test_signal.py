"""A signal calls back once, whether somebody asked before or after it happened."""

from __future__ import annotations

from crm_copilot.service.signal import Signal


def test_it_calls_who_asked_before_and_after() -> None:
    signal, called = Signal(), []
    signal.then(lambda: called.append("before"))
    assert called == []
    signal.set()
    signal.then(lambda: called.append("after"))
    assert called == ["before", "after"]
    assert signal.is_set()


def test_it_calls_each_once() -> None:
    signal, called = Signal(), []
    signal.then(lambda: called.append(1))
    signal.set()
    signal.set()
    assert called == [1]


def test_a_call_may_ask_to_be_called() -> None:
    signal, called = Signal(), []
    signal.then(lambda: signal.then(lambda: called.append("inner")))
    signal.set()
    assert called == ["inner"]
