"""What one person may ask, and when the queue is full."""

from __future__ import annotations

import pytest

from crm_copilot.errors import Busy, TooMany
from crm_copilot.people import OWNER, Person, Scope
from crm_copilot.service.limits import Allowance, Pace, check_queue

ANA, BEN = (Person(name, name, "analyst", Scope()) for name in ("ana", "ben"))


def test_one_person_may_ask_so_much_a_minute_and_others_still_may() -> None:
    allowance = Allowance(a_minute=2, a_day=100, waiting=8)
    for _ in range(2):
        allowance.take(ANA, 0)
    with pytest.raises(TooMany, match="2 questions, the most there may be a minute; ask again in") as refused:
        allowance.take(ANA, 0)
    assert 1 <= refused.value.seconds <= 60
    allowance.take(BEN, 0)


def test_a_day_has_an_end_too() -> None:
    allowance = Allowance(a_minute=100, a_day=1, waiting=8)
    allowance.take(ANA, 0)
    with pytest.raises(TooMany, match="a day") as refused:
        allowance.take(ANA, 0)
    assert refused.value.seconds > 3600


def test_what_is_refused_is_not_counted() -> None:
    allowance = Allowance(a_minute=1, a_day=100, waiting=1)
    with pytest.raises(TooMany, match="1 questions waiting"):
        allowance.take(ANA, 1)
    allowance.take(ANA, 0)


def test_the_owner_is_not_counted() -> None:
    allowance = Allowance(a_minute=1, a_day=1, waiting=1)
    for _ in range(5):
        allowance.take(OWNER, 5)


def test_a_full_queue_says_when_to_try_again() -> None:
    pace = Pace()
    for _ in range(50):
        pace.took(3.0)
    check_queue(9, 10, pace, 2)
    with pytest.raises(Busy, match=r"try again in 15 s") as refused:
        check_queue(10, 10, pace, 2)
    assert refused.value.seconds == 15


def test_the_wait_is_never_nothing_and_never_hours() -> None:
    pace = Pace()
    assert pace.wait(0, 8) == 1
    assert pace.wait(10**6, 1) == 120
