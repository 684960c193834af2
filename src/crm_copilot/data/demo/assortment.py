"""What is sold and by whom: sellers, products, and which products go together.

`categories.csv` holds the categories with their share of sales in thousandths, the median and spread of
the price in reais, weight and size, the season they sell in, after how many days people buy again
(0: they do not), and how much more the South and the North-East buy of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crm_copilot.data.demo.draws import DAY, Bools, Draws, Floats, Ints, exponential
from crm_copilot.data.demo.geography import Places
from crm_copilot.data.demo.resources import rows_of

# How much more than usual is sold in each month, January to December.
SEASONS = {
    "even": (100,) * 12,
    "summer": (150, 125, 105, 85, 70, 65, 70, 80, 95, 110, 130, 160),
    "winter": (70, 75, 90, 115, 140, 150, 140, 115, 90, 80, 75, 75),
    "spring": (85, 85, 80, 80, 80, 80, 90, 115, 145, 140, 120, 95),
    "school": (190, 165, 100, 90, 85, 80, 110, 105, 85, 80, 75, 70),
    "mothers": (80, 85, 90, 125, 175, 125, 90, 110, 85, 85, 100, 115),
    "toys": (75, 75, 80, 80, 80, 80, 80, 90, 125, 190, 140, 160),
    "friday": (90, 85, 85, 85, 90, 90, 90, 90, 90, 95, 200, 110),
    "christmas": (40, 40, 45, 50, 60, 60, 60, 65, 80, 130, 300, 330),
}

FACTS = ("price", "spread", "weight_g", "length_cm", "height_cm", "width_cm")
NO_PRODUCT = -1


@dataclass(frozen=True)
class Categories:
    """The categories, by their order in `categories.csv`; `demand` is by region and month."""

    portuguese: list[str]
    english: list[str]
    family: list[str]
    refill_days: Ints
    demand: Floats


@dataclass(frozen=True)
class Sellers:
    """The sellers: when each joined (seconds since 1970), where, days to hand over a parcel, quality."""

    id: list[str]
    joined: Ints
    prefix: Ints
    handling_days: Floats
    quality: Floats


@dataclass(frozen=True)
class Products:
    """The products, grouped by category: those of category c lie from `first[c]`, `count[c]` many.

    `partner` holds two products that are bought with each (n, 2); `popularity` is a weight within the
    category. Money is in cents, `weight_g` 0 where it is not known; a product without a `label` has no
    category, name or photos in the file.
    """

    id: list[str]
    category: Ints
    seller: Ints
    other_seller: Ints
    launched: Ints
    price_cents: Ints
    weight_g: Ints
    size_cm: Ints
    photos: Ints
    name_length: Ints
    description_length: Ints
    labelled: Bools
    quality: Floats
    popularity: Floats
    partner: Ints
    first: Ints
    count: Ints


def categories() -> Categories:
    """Return the categories of the demo company."""
    rows = rows_of("categories.csv")
    share = np.array([float(row["share"]) for row in rows])
    seasons = np.array([SEASONS[row["season"]] for row in rows], dtype=np.float64).T * 0.01
    regions = [np.array([float(row[name]) for row in rows]) for name in ("south", "northeast")]
    liking = [np.ones(len(rows)), *regions]
    return Categories(
        portuguese=[row["portuguese"] for row in rows],
        english=[row["english"] for row in rows],
        family=[row["family"] for row in rows],
        refill_days=np.array([int(row["refill_days"]) for row in rows]),
        demand=np.array([share * seasons * liked for liked in liking]),
    )


def sellers(seed: int, number: int, places: Places, start: int, end: int) -> Sellers:
    """Return sellers; seven in ten are there from the start, the others join over the period."""
    draws = Draws(seed, "sellers")
    late = draws.chance(0.3, number)
    joined = start + (draws.uniform(number) * 0.88 * (end - start)).astype(np.int64)
    return Sellers(
        id=draws.ids(number),
        joined=np.where(late, joined, 0),
        prefix=places.prefixes_in(draws.pick(places.sellers, number), draws),
        handling_days=draws.lognormal(2.0, 0.45, number),
        quality=draws.normal(number),
    )


def products(seed: int, number: int, kinds: Categories, shop: Sellers, start: int, end: int) -> Products:
    """Return products with prices, sizes and weights that go with their categories."""
    draws, rows = Draws(seed, "products"), rows_of("categories.csv")
    count = _spread(kinds.demand[0, 0], number)
    category = np.repeat(np.arange(len(rows)), count)
    fact = {name: np.array([float(row[name]) for row in rows])[category] for name in FACTS}
    size = draws.normal(number)
    dearness = 0.45 * size + 0.89 * draws.normal(number)
    weight_g = _rounded(fact["weight_g"] * exponential(0.65 * size), 25)
    labelled = ~draws.chance(0.018, number)
    first = np.cumsum(count) - count
    seller = _offered(draws, category, len(rows), shop)
    # The first product of each category is there from the start, so that there is always one to buy.
    founders = np.flatnonzero(shop.joined == 0)
    seller[first] = founders[np.arange(len(rows)) % len(founders)]
    later = start + draws.whole(0, 9 * (end - start) // 10, number)
    launched = np.where(draws.chance(0.55, number), 0, later)
    launched[first] = 0
    popularity = 1.0 / (2.0 + np.arange(number) - first[category]) * draws.lognormal(1.0, 0.5, number)
    return Products(
        id=draws.ids(number),
        category=category,
        seller=seller,
        other_seller=_second(draws, seller, shop),
        launched=np.maximum(launched, shop.joined[seller] + 3 * DAY),
        price_cents=_charming(fact["price"] * exponential(fact["spread"] * dearness)),
        weight_g=np.where(draws.chance(0.002, number), 0, weight_g),
        size_cm=_sizes(fact, size),
        photos=1 + draws.pick((50, 19, 12, 8, 5, 3, 2, 1), number),
        name_length=np.minimum(draws.whole(22, 64, number), 60),
        description_length=np.clip(draws.lognormal(620, 0.7, number), 40, 3900).astype(np.int64),
        labelled=labelled,
        quality=draws.normal(number),
        popularity=popularity,
        partner=_partners(draws, category, first, count, kinds),
        first=first,
        count=count,
    )


def _spread(shares: Floats, number: int) -> Ints:
    """Divide that many products among the categories, four at least in each."""
    least = 4 if number >= 8 * len(shares) else 1
    rest = number - least * len(shares)
    damped = np.sqrt(shares) * shares
    count: Ints = least + (rest * damped / np.cumsum(damped)[-1]).astype(np.int64)
    count[0] += number - count.sum()
    return count


def _offered(draws: Draws, category: Ints, kinds: int, shop: Sellers) -> Ints:
    """Give each product a seller who deals in its category; few sellers have most of the products."""
    number = len(shop.id)
    weight = 1.0 / (3.0 + np.arange(number))
    home = draws.whole(0, kinds, number)
    nearness = 1.0 + 60.0 * (np.abs(home[None, :] - np.arange(kinds)[:, None]) <= 1)
    return draws.pick_by_row(nearness * weight[None, :], category)


def _second(draws: Draws, seller: Ints, shop: Sellers) -> Ints:
    """Give each product another seller who joined no later than the first."""
    other = draws.whole(0, len(shop.id), len(seller))
    return np.where(shop.joined[other] <= shop.joined[seller], other, seller)


def _partners(draws: Draws, category: Ints, first: Ints, count: Ints, kinds: Categories) -> Ints:
    """Give each product two that are bought with it: of the same category, or of its family."""
    number = len(category)
    families = {name: place for place, name in enumerate(dict.fromkeys(kinds.family))}
    family = np.array([families[name] for name in kinds.family])
    related = (family[:, None] == family[None, :]) * kinds.demand[0, 0][None, :]
    pairs = []
    for _ in range(2):
        stays = draws.chance(0.4, number)
        kind = np.where(stays, category, draws.pick_by_row(related, category))
        # The square makes partners of the front of a category, where the popular products are.
        draw = draws.uniform(number)
        partner = first[kind] + (draw * draw * count[kind]).astype(np.int64)
        pairs.append(np.where(partner == np.arange(number), first[kind], partner))
    return np.stack(pairs, axis=1)


def _charming(reais: Floats) -> Ints:
    """Return a price in cents that ends as prices do: 89.90, 149.99, 30.00."""
    whole = np.maximum(reais.astype(np.int64), 4)
    return np.asarray(whole * 100 + np.array([90, 99, 90, 0, 90])[whole % 5])


def _rounded(amount: Floats, step: int) -> Ints:
    return np.maximum((amount / step).astype(np.int64), 2) * step


def _sizes(fact: dict[str, Floats], size: Floats) -> Ints:
    """Return length, height and width in cm (n, 3)."""
    sides = [fact[name] * exponential(0.22 * size) for name in ("length_cm", "height_cm", "width_cm")]
    return np.maximum(np.stack(sides, axis=1).astype(np.int64), 2)
