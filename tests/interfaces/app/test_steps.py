"""The steps of an answer in the words of a person."""

from __future__ import annotations

import pytest

from crm_copilot.interfaces.app.steps import doing, said


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([], "Reading the question"),
        ([{"step": "questions"}], "Looking up names, dates and examples"),
        ([{"step": "reflect", "note": "retry (20%): empty"}], "Writing a function"),
        ([{"step": "reflect", "note": "accept (90%)"}], "Putting the answer into words"),
        ([{"step": "respond"}], "Putting the answer into words"),
    ],
)
def test_what_is_being_done_follows_from_what_was_done(events: list[dict[str, str]], words: str) -> None:
    assert doing(events) == words


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("", ""),
        ("ok, ok", ""),
        ("ok, error", "ok, error"),
        ("accept (96%)", "accepted (96%)"),
        ("retry (20%): the result is empty", "not yet right (20%): the result is empty"),
        ("acceptance = accepted", "acceptance = accepted"),
    ],
)
def test_notes_say_what_a_person_would(note: str, words: str) -> None:
    assert said(note) == words
