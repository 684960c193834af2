"""How much one person may ask, and how long the queue is at most.

The owner, who asks while there are no accounts, is held to the queue alone. Counted in memory, from the start on.
"""

from __future__ import annotations

import threading
import time
from math import ceil

from crm_copilot.errors import Busy, TooMany
from crm_copilot.people import OWNER, Person

_FIRST_GUESS, _WEIGHT = 1.0, 0.2  # seconds for a question before one was answered; weight of each answer after


class Pace:
    """How long a question takes of late, in seconds."""

    def __init__(self) -> None:
        self._seconds, self._lock = _FIRST_GUESS, threading.Lock()

    def took(self, seconds: float) -> None:
        """Count one that was answered."""
        with self._lock:
            self._seconds += _WEIGHT * (seconds - self._seconds)

    def wait(self, ahead: int, workers: int) -> int:
        """Return the whole seconds after which so many questions will have been answered, 1 to 120."""
        return min(120, max(1, ceil(self._seconds * ahead / workers)))


class Allowance:
    """What each person may ask: so many questions a minute and a day, and so many waiting at once."""

    def __init__(self, a_minute: int, a_day: int, waiting: int) -> None:
        from limits import RateLimitItemPerDay, RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._counts = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {
            "a minute": RateLimitItemPerMinute(a_minute, namespace="minute"),
            "a day": RateLimitItemPerDay(a_day, namespace="day"),
        }
        self._waiting = waiting

    def take(self, person: Person, waiting: int) -> None:
        """Count a question; raise TooMany, which says when to ask again, for one that is too many."""
        if person.id == OWNER.id:
            return
        if waiting >= self._waiting:
            raise TooMany(f"you have {waiting} questions waiting, the most there may be; wait for one of them")
        for name, limit in self._limits.items():
            if not self._counts.test(limit, person.id):
                seconds = max(1, ceil(self._counts.get_window_stats(limit, person.id).reset_time - time.time()))
                raise TooMany(
                    f"you have asked {limit.amount} questions, the most there may be {name}; ask again in {seconds} s",
                    seconds=seconds,
                )
        for limit in self._limits.values():
            self._counts.hit(limit, person.id)


def check_queue(waiting: int, most: int, pace: Pace, workers: int) -> None:
    """Raise Busy, which says when to try again, where too many wait already."""
    if waiting >= most:
        seconds = pace.wait(waiting, workers)
        raise Busy(f"busy: {waiting} questions are waiting; try again in {seconds} s", seconds=seconds)
