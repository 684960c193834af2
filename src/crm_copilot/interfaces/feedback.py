"""Ratings from the command line: which turn and part is meant, and what became of the thumb in words."""

from __future__ import annotations

from typing import Any

from crm_copilot.bootstrap import House
from crm_copilot.errors import InputError
from crm_copilot.learning import Outcome
from crm_copilot.storage import Store, Turn

_THUMBS = {"up": 1, "down": 0, "none": None}
_SAID: dict[Outcome, str] = {
    "confirmed": "confirmed: {question!r} helps to answer the next questions",
    "known": "{question!r} was confirmed before; nothing has changed but the comment",
    "rejected": "rejected: nothing is learned from the answer to {question!r}, but that it is not to be given",
    "withdrawn": "withdrawn: nothing is learned from the answer to {question!r}",
    "rated": "stored",
}


def rate(
    house: House, turn: str, thumb: str, comment: str | None, part: int | None, meant: str | None
) -> dict[str, Any]:
    """Rate an answer and say what became of it; what was said of it before and is not said now stays."""
    store = house.store
    found = store.last_turn() if turn == "last" else store.turn(turn)
    if meant and thumb != "up":
        raise InputError(f"--for says what a confirmed answer was meant for, but the thumb is {thumb!r}; expected 'up'")
    place = _part(found, part)
    before = store.rating(found.id, place)
    done = house.learning.rate(
        found.id, place, thumbs=_THUMBS[thumb], stars=before.stars,
        comment=before.comment if comment is None else comment.strip(), meant=_meant(store, found, meant),
    )  # fmt: skip
    question = _question(store, found, place, meant)
    return {
        "turn": found.id, "part": place + 1, "question": question, "outcome": done,
        "message": _SAID[done].format(question=question),
    }  # fmt: skip


def _part(turn: Turn, part: int | None) -> int:
    """Return the place of the part; it must be said where there are several."""
    results = (turn.answer or {}).get("results", [])
    if part is None and len(results) > 1:
        asked = "; ".join(f"{number} {result['question']!r}" for number, result in enumerate(results, 1))
        raise InputError(f"the message held {len(results)} questions; say which is meant with --part: {asked}")
    return 0 if part is None else part - 1


def _meant(store: Store, turn: Turn, meant: str | None) -> str | None:
    return store.turn_before(turn).id if meant == "before" else meant


def _question(store: Store, turn: Turn, place: int, meant: str | None) -> str:
    """Return the question that the thumb is about."""
    other = _meant(store, turn, meant)
    if other is not None:
        return store.turn(other).message
    return str(turn.answer["results"][place]["question"]) if turn.answer else turn.message
