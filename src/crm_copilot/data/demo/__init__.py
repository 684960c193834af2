"""The demo company: two years of a Brazilian marketplace that never was, the same on every machine.

    generate(directory)   20,000 orders of some 16,000 people, 1,500 products, 300 sellers, 2,000 leads,
                          60 accounts and 2,500 interactions, as CSV files in the columns of Olist's

Everything is invented; only the names of cities, states and categories are the real ones. What depends
on what: `calendar` (when), `geography` (where), `assortment` (what, by whom), `purchases` (who buys what,
and what next), `fulfilment` (freight, delays, status), `payments`, `reviews` (by delay and quality),
`funnel` (leads and deals), `accounts` (clients and interactions). `draws` is where all chance comes from,
`tables` writes the files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from crm_copilot.data.demo import (
    accounts,
    assortment,
    calendar,
    fulfilment,
    funnel,
    geography,
    payments,
    purchases,
    reviews,
    tables,
)

LABEL = "demo company"
ORDERS, SEED = 20_000, 20_180_831
SMALLEST = 50


def generate(directory: Path, orders: int = ORDERS, seed: int = SEED) -> None:
    """Write the demo company's files to `directory`, which is made if need be.

    Everything else grows with the number of orders; the same number and seed give the same bytes.

    Raises:
        ValueError: fewer than 50 orders are asked for.
    """
    if orders < SMALLEST:
        raise ValueError(f"{orders} orders are too few for a company; ask for {SMALLEST} at least")
    directory.mkdir(parents=True, exist_ok=True)
    where, kinds = geography.places(seed), assortment.categories()
    start, end = calendar.START, calendar.END
    shop = assortment.sellers(seed, max(30, orders * 3 // 200), where, start, end)
    goods = assortment.products(seed, max(140, orders * 3 // 40), kinds, shop, start, end)
    tables.write(directory, tables.shop_files(kinds, goods, shop, where, seed))
    tables.write(directory, _sales(seed, orders, where, kinds, goods, shop))
    tables.write(directory, tables.funnel_files(funnel.funnel(seed, max(60, orders // 10), shop)))
    book = accounts.accounts(seed, clients=60 if orders >= 2_000 else 12, interactions=max(60, orders // 8))
    tables.write(directory, tables.account_files(book))


def _sales(
    seed: int,
    orders: int,
    where: geography.Places,
    kinds: assortment.Categories,
    goods: assortment.Products,
    shop: assortment.Sellers,
) -> dict[str, tables.Columns]:
    bought = purchases.purchases(seed, orders, where, kinds, goods)
    sold = fulfilment.lines(seed, bought, goods, shop, where)
    means = payments.means(seed, orders)
    journey = fulfilment.journeys(seed, bought, sold, shop, where, slip=means == payments.BOLETO)
    canceled = journey.status == fulfilment.CANCELED
    paid = payments.payments(seed, means, sold.total(orders), canceled)
    first = np.searchsorted(sold.order, np.arange(orders))
    quality = goods.quality[sold.product[first]] + shop.quality[sold.seller[first]]
    said = reviews.reviews(seed, journey, bought.time, quality)
    files = tables.order_files(bought, sold, journey, goods, shop, where, seed)
    order_id = list(files["orders"]["order_id"])
    return {
        **files,
        "payments": tables.payment_file(order_id, paid),
        "reviews": tables.review_file(order_id, said),
    }
