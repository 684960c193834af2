"""What customers say: a score that falls with the delay, and for some a comment in Portuguese.

The sentences are in `reviews.toml`. As in Olist's own files, some orders are reviewed twice and a few
reviews are about two orders, under one id.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crm_copilot.data.demo import calendar
from crm_copilot.data.demo.draws import DAY, Bools, Draws, Floats, Ints
from crm_copilot.data.demo.fulfilment import Journeys
from crm_copilot.data.demo.resources import table_of

# Weights of the scores 1 to 5: in time, up to three days late, up to ten, later, never delivered.
SCORES = np.array(
    [
        (6.0, 2.6, 7.6, 20.0, 63.8),
        (18.0, 6.5, 15.0, 22.5, 38.0),
        (48.0, 11.0, 14.0, 11.0, 16.0),
        (68.0, 9.0, 9.0, 6.0, 8.0),
        (62.0, 10.0, 10.0, 7.0, 11.0),
    ]
)
IN_TIME, LATE, VERY_LATE, TOO_LATE, MISSING = range(5)


@dataclass(frozen=True)
class Reviews:
    """The reviews in order of the orders: score, texts (empty for most), when asked and when answered."""

    order: Ints
    id: list[str]
    score: Ints
    title: list[str]
    message: list[str]
    asked: Ints
    answered: Ints


def reviews(seed: int, journey: Journeys, time: Ints, quality: Floats) -> Reviews:
    """Return reviews of the orders; `quality` is how good product and seller are, 0 being ordinary."""
    draws, number = Draws(seed, "reviews"), len(time)
    arrived = journey.delivered > 0
    asked = (np.where(arrived, journey.delivered, journey.promised + 2 * DAY) // DAY + 1) * DAY
    order = np.flatnonzero(draws.chance(0.985, number) & (asked <= calendar.END))
    again = order[draws.chance(0.006, len(order))]
    order = np.sort(np.concatenate([order, again]))
    repeated = np.concatenate([[False], order[1:] == order[:-1]])
    asked = asked[order] + np.where(repeated, 3 * DAY, 0)
    answered = asked + draws.lognormal(1.6 * DAY, 0.8, len(order)).astype(np.int64)
    lateness = _lateness(journey)[order]
    score = _scores(draws, lateness, quality[order])
    known = answered <= calendar.END
    title, message = _texts(draws, score, lateness)
    return Reviews(
        order=order[known],
        id=_shared(draws, draws.ids(len(order)), order)[known].tolist(),
        score=score[known],
        title=title[known].tolist(),
        message=message[known].tolist(),
        asked=asked[known],
        answered=answered[known],
    )


def _lateness(journey: Journeys) -> Ints:
    days = (journey.delivered - journey.promised) / DAY
    stages = [journey.delivered == 0, days <= 0, days <= 3, days <= 10]
    return np.select(stages, [MISSING, IN_TIME, LATE, VERY_LATE], TOO_LATE)


def _scores(draws: Draws, lateness: Ints, quality: Floats) -> Ints:
    """Return scores 1 to 5; what is good now and then makes up for a draw, what is bad spoils one."""
    number = len(lateness)
    score = 1 + draws.pick_by_row(SCORES, lateness)
    better, worse = 0.12 * np.maximum(quality, 0), 0.12 * np.maximum(-quality, 0)
    score = np.where(draws.chance(better, number), np.minimum(score + 1, 5), score)
    return np.where(draws.chance(worse, number), np.maximum(score - 2, 1), score)


def _shared(draws: Draws, ids: list[str], order: Ints) -> np.typing.NDArray[np.object_]:
    """Let a few reviews carry the id of the one before, which is about another order."""
    names = np.array(ids, dtype=object)
    share = draws.chance(0.004, len(ids)) & np.concatenate([[False], order[1:] != order[:-1]])
    places = np.flatnonzero(share)
    names[places] = names[places - 1]
    return names


def _texts(draws: Draws, score: Ints, lateness: Ints) -> tuple[Objects, Objects]:
    """Return a title for one in eight and a message for two in five; the unhappy write more."""
    number = len(score)
    words = table_of("reviews.toml")
    moods = [_mood(one, late) for one, late in zip(score.tolist(), lateness.tolist(), strict=True)]
    writes = draws.chance(np.array([0.72, 0.62, 0.42, 0.32, 0.34])[score - 1], number)
    titled = draws.chance(0.28, number) & writes
    return _said(draws, words["titles"], moods, titled), _composed(draws, words["messages"], moods, writes)


def _mood(score: int, lateness: int) -> str:
    if score >= 4:
        return "happy" if score == 5 else "content"
    if lateness == MISSING:
        return "missing"
    if lateness != IN_TIME:
        return "late"
    return "torn" if score == 3 else "angry"


def _said(draws: Draws, words: dict[str, list[str]], moods: list[str], said: Bools) -> Objects:
    chances = draws.uniform(len(moods)).tolist()
    texts = [
        words[mood][int(chance * len(words[mood]))] if speaks else ""
        for mood, chance, speaks in zip(moods, chances, said.tolist(), strict=True)
    ]
    return np.array(texts, dtype=object)


def _composed(draws: Draws, words: dict[str, dict[str, list[str]]], moods: list[str], said: Bools) -> Objects:
    """Return messages of a first sentence, and for two in three a second, some on a line of its own."""
    number = len(moods)
    first = _said(draws, {mood: parts["first"] for mood, parts in words.items()}, moods, said)
    more = said & draws.chance(0.66, number)
    second = _said(draws, {mood: parts["second"] for mood, parts in words.items()}, moods, more)
    gap = np.where(draws.chance(0.08, number), "\n", " ").astype(object)
    return np.where(more, first + gap + second, first)


Objects = np.typing.NDArray[np.object_]
