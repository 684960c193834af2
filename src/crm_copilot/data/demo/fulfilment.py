"""What becomes of an order: the items and their freight, its way to the customer, and its status.

Freight goes by weight and distance. The way takes the seller's hours, the kilometres, and patience in
the weeks after Black Friday. Nothing has happened after the company's last second: an order that would
arrive later is still on its way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crm_copilot.data.demo import calendar
from crm_copilot.data.demo.assortment import NO_PRODUCT, Products, Sellers
from crm_copilot.data.demo.draws import DAY, Bools, Draws, Floats, Ints
from crm_copilot.data.demo.geography import Places
from crm_copilot.data.demo.purchases import Purchases

HOUR = 3600
STATUSES = (
    "delivered", "shipped", "invoiced", "processing", "approved", "created", "canceled", "unavailable",
)  # fmt: skip
DELIVERED, SHIPPED, INVOICED, PROCESSING, APPROVED, CREATED, CANCELED, UNAVAILABLE = range(8)


@dataclass(frozen=True)
class Lines:
    """One line for each product of an order, by order; an order's first line is its first product.

    Money is in cents for one unit.
    """

    order: Ints
    product: Ints
    seller: Ints
    quantity: Ints
    price: Ints
    freight: Ints
    kilometres: Floats

    def total(self, orders: int) -> Ints:
        """Return what each order costs with freight, in cents."""
        amounts = (self.price + self.freight) * self.quantity
        return np.bincount(self.order, weights=amounts, minlength=orders).astype(np.int64)


@dataclass(frozen=True)
class Journeys:
    """The moments of each order's way (seconds since 1970), and its status; `never` where it did not happen."""

    approved: Ints
    handed: Ints
    delivered: Ints
    promised: Ints
    limit: Ints
    status: Ints
    has_items: Bools


NEVER = np.int64(0)


def lines(seed: int, bought: Purchases, goods: Products, shop: Sellers, where: Places) -> Lines:
    """Return the lines of all orders with their prices and freights."""
    draws = Draws(seed, "lines")
    orders = np.arange(len(bought.time))
    with_second = bought.second != NO_PRODUCT
    order = np.concatenate([orders, orders[with_second]])
    product = np.concatenate([bought.product, bought.second[with_second]])
    quantity = np.concatenate([bought.quantity, np.ones(with_second.sum(), dtype=np.int64)])
    sequence = np.argsort(order, kind="stable")
    order, product, quantity = order[sequence], product[sequence], quantity[sequence]
    other = draws.chance(0.12, len(order))
    seller = np.where(other, goods.other_seller[product], goods.seller[product])
    kilometres = where.kilometres(shop.prefix[seller], bought.prefix[order])
    return Lines(
        order=order,
        product=product,
        seller=seller,
        quantity=quantity,
        price=_prices(draws, bought.time[order], goods.price_cents[product]),
        freight=_freights(draws, goods.weight_g[product], kilometres),
        kilometres=kilometres,
    )


def journeys(seed: int, bought: Purchases, sold: Lines, shop: Sellers, where: Places, slip: Bools) -> Journeys:
    """Return the way of each order; `slip` says which are paid by boleto, a bank slip that takes days."""
    draws, number = Draws(seed, "journeys"), len(bought.time)
    first = np.searchsorted(sold.order, np.arange(number))
    far = where.far[where.of_city[bought.prefix]]
    handling, transit = _days(sold.kilometres[first], shop.handling_days[sold.seller[first]], far)
    wait = np.where(slip, draws.lognormal(1.3 * DAY, 0.45, number), draws.lognormal(0.4 * HOUR, 0.9, number))
    approved = bought.time + wait.astype(np.int64)
    busy = _busy(bought.time)
    handed = approved + (handling * busy * draws.lognormal(DAY, 0.6, number)).astype(np.int64)
    travelled = transit * busy * draws.lognormal(DAY, 0.48, number)
    lost = draws.chance(0.015, number) * draws.lognormal(14.0 * DAY, 0.6, number)
    delivered = handed + (travelled + lost).astype(np.int64)
    allowed = (1.35 * (handling + transit)).astype(np.int64) + 5 + draws.whole(0, 6, number)
    status = _statuses(draws, approved, handed, delivered)
    return Journeys(
        approved=_until_now(approved, (status != CANCELED) | (delivered % 4 > 0)),
        handed=_until_now(handed, status <= SHIPPED),
        delivered=_until_now(delivered, status == DELIVERED),
        promised=(bought.time // DAY + allowed) * DAY,
        limit=approved + (5 * DAY),
        status=status,
        has_items=~((status == UNAVAILABLE) | (status == CREATED) | ((status == CANCELED) & (handed % 4 == 0))),
    )


def _prices(draws: Draws, time: Ints, list_price: Ints) -> Ints:
    """Return what a unit costs at that moment: dearer by a little each year, less on Black Friday."""
    years = (time - calendar.START) / (365.0 * DAY)
    reduced = calendar.black_friday(time) & draws.chance(0.6, len(time))
    promoted = draws.chance(0.07, len(time))
    factor = (0.97 + 0.03 * years) * np.where(reduced, 0.82, np.where(promoted, 0.9, 1.0))
    return (list_price * factor * 0.1).astype(np.int64) * 10 + 9


def _freights(draws: Draws, weight_g: Ints, kilometres: Floats) -> Ints:
    """Return the freight of a unit in cents."""
    road = 880 + 36 * np.sqrt(kilometres)
    load = 1.0 + np.minimum(weight_g, 30_000) * (1.0 / 9_000)
    return (road * (0.55 + 0.45 * load) * draws.lognormal(1.0, 0.12, len(weight_g))).astype(np.int64)


def _days(kilometres: Floats, handling: Floats, far: Bools) -> tuple[Floats, Floats]:
    """Return the days that handing over and travelling take on an ordinary day."""
    transit = 2.6 + kilometres * (1.0 / 190)
    return handling, transit * np.where(far, 1.25, 1.0) + np.where(far, 2.0, 0.0)


def _busy(time: Ints) -> Floats:
    """Return how much longer everything takes in the weeks after a Black Friday."""
    factor = np.ones(len(time))
    for friday in calendar.BLACK_FRIDAYS:
        factor = np.where((time >= friday) & (time < friday + 21 * DAY), 1.45, factor)
    return factor


def _statuses(draws: Draws, approved: Ints, handed: Ints, delivered: Ints) -> Ints:
    """Return how far each order has come, except the few that end otherwise."""
    now, number = calendar.END, len(approved)
    invoiced = approved + (handed - approved) // 2
    stages = [delivered <= now, handed <= now, invoiced <= now, approved + HOUR <= now, approved <= now]
    reached = np.select(stages, [DELIVERED, SHIPPED, INVOICED, PROCESSING, APPROVED], CREATED)
    otherwise = np.array([DELIVERED, CANCELED, UNAVAILABLE, SHIPPED, PROCESSING, INVOICED])
    fate = otherwise[draws.pick((977, 7, 6, 5, 2, 3), number)]
    return np.where((reached == DELIVERED) & (fate != DELIVERED), fate, reached)


def _until_now(moment: Ints, happened: Bools) -> Ints:
    return np.where(happened & (moment <= calendar.END), moment, NEVER)
