"""Houses: shared by those who may see the same, closed when nobody needs them, never while somebody works in them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crm_copilot.people import Scope
from crm_copilot.service.houses import Houses

WHOLE = Scope()
SP, RJ, MG = (Scope(states=(state,)) for state in ("SP", "RJ", "MG"))


class FakeHouse:
    """A house that knows who may see it, how many it opened, and whether it is closed."""

    def __init__(self, scope: Scope = WHOLE) -> None:
        self.scope, self.closed, self.opened = scope, False, []
        self.may_open = threading.Event()
        self.may_open.set()

    def seen_by(self, scope: Scope) -> FakeHouse:
        assert self.may_open.wait(10)
        house = FakeHouse(scope)
        self.opened.append(house)
        return house

    def close(self) -> None:
        assert not self.closed
        self.closed = True


@pytest.fixture
def whole() -> Any:
    return FakeHouse()


def test_people_with_the_same_scope_share_a_house(whole: Any) -> None:
    houses = Houses(whole)
    assert houses.of(SP) is houses.of(Scope(states=("SP",)))
    assert houses.of(SP) is not houses.of(RJ)
    assert houses.of(WHOLE) is whole
    assert [house.scope for house in whole.opened] == [SP, RJ]


def test_two_who_come_at_once_open_one_house(whole: Any) -> None:
    houses = Houses(whole)
    whole.may_open.clear()
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(houses.of, SP) for _ in range(4)]
        whole.may_open.set()
    assert len({id(future.result()) for future in found}) == 1
    assert len(whole.opened) == 1


def test_the_one_used_longest_ago_is_closed(whole: Any) -> None:
    houses = Houses(whole, most=2)
    first, second = houses.of(SP), houses.of(RJ)
    houses.of(SP)
    houses.of(MG)
    assert (first.closed, second.closed, whole.closed) == (False, True, False)
    assert houses.of(SP) is first


def test_a_house_is_not_closed_while_somebody_works_in_it(whole: Any) -> None:
    houses = Houses(whole, most=1)
    with houses.lent(SP) as house, houses.lent(SP):
        houses.of(RJ)
        assert not house.closed
    assert house.closed


def test_a_new_house_takes_the_place_of_all(whole: Any) -> None:
    houses, new = Houses(whole), FakeHouse()
    scoped = houses.of(SP)
    with houses.lent(WHOLE) as working:
        houses.renew(new)
        assert houses.whole is new
        assert scoped.closed
        assert not working.closed
    assert whole.closed
    assert not new.closed
    assert houses.of(SP) is not scoped


def test_the_whole_house_stays_while_one_that_stands_on_it_is_used(whole: Any) -> None:
    houses = Houses(whole)
    with houses.lent(SP) as scoped:
        houses.renew(FakeHouse())
        assert (scoped.closed, whole.closed) == (False, False)
    assert (scoped.closed, whole.closed) == (True, True)


def test_all_are_closed_in_the_end(whole: Any) -> None:
    houses = Houses(whole)
    scoped = houses.of(SP)
    houses.close()
    assert (scoped.closed, whole.closed) == (True, True)


def test_a_house_that_did_not_open_is_tried_again(whole: Any) -> None:
    houses = Houses(whole)
    opened = whole.seen_by
    whole.seen_by = lambda scope: (_ for _ in ()).throw(OSError("disk full"))
    with pytest.raises(OSError, match="disk full"):
        houses.of(SP)
    whole.seen_by = opened
    assert houses.of(SP).scope == SP
