"""Who buys what and when: first purchases by season and region, next ones by what was bought before.

Most people buy once. About one in eight comes back, and what they take then is no accident: they refill
what is used up after about as many days as it lasts, take what goes with their last purchase, or stay in
its category. One purchase in six follows the favourites of the state. A recommender can learn all that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from crm_copilot.data.demo import calendar
from crm_copilot.data.demo.assortment import NO_PRODUCT, Categories, Products
from crm_copilot.data.demo.draws import DAY, Bools, Draws, Ints
from crm_copilot.data.demo.geography import Places

RETURNING = 0.105
LONGEST = 9
FAVOURITES = 8


@dataclass(frozen=True)
class Purchases:
    """The orders in order of time; persons are counted from 0, `second` may be no product.

    `prefix` is a row of the places' prefixes: where this order goes.
    """

    time: Ints
    person: Ints
    prefix: Ints
    product: Ints
    quantity: Ints
    second: Ints


class Shopper:
    """Decides what somebody takes next and after how many days; all chance is drawn beforehand."""

    def __init__(self, draws: Draws, number: int, kinds: Categories, goods: Products) -> None:
        self._kinds, self._goods = kinds, goods
        self._chances: Iterator[float] = iter(draws.uniform(8 * number).tolist())
        self._stretch: Iterator[float] = iter(draws.lognormal(1.0, 0.3, 2 * number).tolist())
        self._refill = kinds.refill_days[goods.category].tolist()
        self._partner = goods.partner.tolist()
        self._steps = np.cumsum(goods.popularity)

    def orders(self) -> int:
        """Return how many orders a person who comes back would like to make, two at least."""
        wanted = 2
        while wanted < LONGEST and next(self._chances) < 0.5:
            wanted += 1
        return wanted

    def next(self, product: int) -> tuple[int, float]:
        """Return what follows on a product and after how many days; no product: what a new person takes."""
        chance, refill = next(self._chances), self._refill[product]
        if refill and chance < 0.45:
            return product, refill * next(self._stretch)
        if chance < 0.75:
            place = 0 if next(self._chances) < 0.65 else 1
            return self._partner[product][place], 24 * next(self._stretch)
        if chance < 0.90:
            return self._same_kind(product), 60 * next(self._stretch)
        return NO_PRODUCT, 100 * next(self._stretch)

    def _same_kind(self, product: int) -> int:
        kind = self._goods.category[product]
        low = self._goods.first[kind]
        high = low + self._goods.count[kind] - 1
        before = self._steps[low] - self._goods.popularity[low]
        reached = before + next(self._chances) * (self._steps[high] - before)
        return min(int(np.searchsorted(self._steps, reached, side="right")), int(high))


def purchases(seed: int, number: int, where: Places, kinds: Categories, goods: Products) -> Purchases:
    """Return that many orders with the persons who make them."""
    draws = Draws(seed, "purchases")
    time = calendar.order_times(draws, number)
    city = draws.pick(where.buyers, number)
    opening = _openings(draws, time, city, where, kinds, goods)
    person, product = _chains(Shopper(draws, number, kinds, goods), draws, time, opening, goods)
    _, first = np.unique(person, return_index=True)
    home = where.prefixes_in(city, draws)[first][person]
    moved = draws.chance(0.02, number)
    prefix = np.where(moved, where.prefixes_in(city, draws), home)
    return Purchases(
        time=time,
        person=person,
        prefix=prefix,
        product=product,
        quantity=_quantities(draws, kinds.refill_days[goods.category[product]] > 0),
        second=_companions(draws, time, product, goods),
    )


def _openings(draws: Draws, time: Ints, city: Ints, where: Places, kinds: Categories, goods: Products) -> Ints:
    """Return what a new person in that city would buy at that moment."""
    number, months = len(time), calendar.month(time)
    rows = where.region[city] * 12 + months
    category = draws.pick_by_row(kinds.demand.reshape(36, -1), rows)
    product = _in_category(draws, category, goods)
    favourite = _favourites(draws, where, kinds, goods)[city, draws.whole(0, FAVOURITES, number)]
    product = np.where(draws.chance(0.16, number), favourite, product)
    for _ in range(4):
        early = goods.launched[product] > time
        product = np.where(early, _in_category(draws, category, goods), product)
    return np.where(goods.launched[product] > time, goods.first[category], product)


def _in_category(draws: Draws, category: Ints, goods: Products) -> Ints:
    """Return a product of each given category by popularity."""
    steps = np.cumsum(goods.popularity)
    last = goods.first + goods.count - 1
    before = steps[goods.first] - goods.popularity[goods.first]
    reached = before[category] + draws.uniform(len(category)) * (steps[last] - before)[category]
    found = np.searchsorted(steps, reached, side="right")
    return np.asarray(np.clip(found, goods.first[category], last[category]))


def _favourites(draws: Draws, where: Places, kinds: Categories, goods: Products) -> Ints:
    """Return the products that a city takes more often than others do: its state's (cities, FAVOURITES)."""
    states = {state: place for place, state in enumerate(dict.fromkeys(where.state))}
    category = draws.pick(kinds.demand[0, 0], len(states) * FAVOURITES)
    chosen = _in_category(draws, category, goods).reshape(len(states), FAVOURITES)
    return np.asarray(chosen[np.array([states[state] for state in where.state])])


def _chains(shopper: Shopper, draws: Draws, time: Ints, opening: Ints, goods: Products) -> tuple[Ints, Ints]:
    """Give each order a person and a product: chains of those who come back first, the rest buy once.

    A wish to buy at some moment takes the next order that nobody has yet, so that the orders of a day
    stay as many as the calendar says.
    """
    number = len(time)
    owner, product, free = [-1] * number, opening.tolist(), list(range(number + 1))
    times, launched = time.tolist(), goods.launched.tolist()
    starts = (draws.uniform(round(RETURNING * number)) * 0.93 * number).astype(np.int64).tolist()
    for person, start in enumerate(starts):
        place = _next_free(free, start)
        for _ in range(shopper.orders()):
            if place >= number:
                break
            owner[place], free[place] = person, place + 1
            last, now = product[place], times[place]
            wish, days = shopper.next(last)
            place = _next_free(free, bisect_left(times, now + int(days * DAY)))
            if place < number and wish != NO_PRODUCT and launched[wish] <= times[place]:
                product[place] = wish
    return _numbered(owner), np.array(product)


def _next_free(free: list[int], place: int) -> int:
    """Return the first order at `place` or later that nobody has, shortening the way for the next search."""
    path = []
    while free[place] != place:
        path.append(place)
        place = free[place]
    for passed in path:
        free[passed] = place
    return place


def _numbered(owner: list[int]) -> Ints:
    """Return persons counted in order of their first purchase; those without an owner are new persons."""
    seen: dict[int, int] = {}
    persons, count = [], 0
    for person in owner:
        if person in seen:
            persons.append(seen[person])
            continue
        if person >= 0:
            seen[person] = count
        persons.append(count)
        count += 1
    return np.array(persons)


def _quantities(draws: Draws, consumed: Bools) -> Ints:
    """Return how many units of the first product; more of what is used up."""
    more = draws.chance(np.where(consumed, 0.14, 0.06), len(consumed))
    return np.where(more, 2 + draws.pick((70, 18, 7, 3, 2), len(consumed)), 1)


def _companions(draws: Draws, time: Ints, product: Ints, goods: Products) -> Ints:
    """Return a second product in one order of eleven, most often one that goes with the first."""
    number = len(time)
    partner = goods.partner[product, draws.pick((65, 35), number)]
    anything = np.roll(product, 1)
    other = np.where(draws.chance(0.8, number), partner, anything)
    fits = draws.chance(0.1, number) & (goods.launched[other] <= time) & (other != product)
    return np.where(fits, other, NO_PRODUCT)
