"""What recommending costs: one customer warm, every customer times every product, and the scores of a whole company.

    python benchmarks/recommender.py one                      `crm recommend` within a process, on the data in use
    python benchmarks/recommender.py grid [100000 1000]       the worth of every pair, by the model that serves
    python benchmarks/recommender.py company [100000 1000]    what training writes for a company of that size, from its
                                                              purchases to the table: who buys what next, and its worth

The last two work on the models and the data in use (CRM_HOME, CRM_DATA_DIR). Wall and CPU time; on a machine that does
other work the second is what the product needs. Memory is the most that the process ever held.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from crm_copilot.bootstrap import bootstrap
from crm_copilot.tools.recommending import data_version
from training.interactions import Company
from training.recommender import scores
from training.recommender.models import Models, named
from training.recommender.ratings import Task
from training.recommender.refresh import suited

BEST, CUSTOMERS_AT_ONCE = 30, 100
OF_CUSTOMER = ["customer_state", "distance_km"]


def one(times: int = 200) -> None:
    house = bootstrap()
    tool = house.tool("recommend_products")
    people = [person.id for person in house.ledger.search("", times)]
    tool.call({"customer_id": people[0]})
    wall, cpu = [], []
    for person in people:
        start, used = time.perf_counter(), time.process_time()
        tool.call({"customer_id": person})
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    for name, seconds in (("wall", wall), ("cpu", cpu)):
        half, most = np.quantile(seconds, [0.5, 0.95]) * 1000
        print(f"{name}: median {half:.1f} ms, 95th percentile {most:.1f} ms, {len(people)} customers")


def grid(customers: int, products: int) -> None:
    """Score every pair with features drawn from those in use, and keep the best of each customer."""
    models, company = in_use()
    known, chance = Task.of(company).rows, np.random.default_rng(0)
    goods = known.iloc[chance.integers(0, len(known), products)].drop(columns=OF_CUSTOMER)
    places = known[OF_CUSTOMER]
    kept = np.empty((customers, BEST), np.int32)

    def work() -> None:
        for first in range(0, customers, CUSTOMERS_AT_ONCE):
            here = min(CUSTOMERS_AT_ONCE, customers - first)
            rows = goods.iloc[np.tile(np.arange(products), here)].reset_index(drop=True)
            where = places.iloc[np.repeat(chance.integers(0, len(places), here), products)].reset_index(drop=True)
            worth = models.worth(pd.concat([rows, where], axis=1)).reshape(here, products)
            kept[first : first + here] = np.argpartition(-worth, BEST, axis=1)[:, :BEST]

    measured(f"{customers:,} x {products:,} pairs by {named(models.served)}", work)


def company(customers: int, products: int) -> None:
    """Write the scores of a company with so many customers, who buy as those in use do, and its best sellers."""
    models, own = in_use()
    large = grown(own, customers, products)

    def work() -> None:
        with tempfile.TemporaryDirectory() as folder:
            table = pd.concat(scores.scored(large, models), ignore_index=True)
            table.to_parquet(Path(folder) / scores.TABLE, index=False, compression="zstd")
        print(f"{table['user_id'].nunique():,} customers, {len(table):,} scores", end=": ")

    size = f"{len(large.purchases):,} purchases of {large.purchases['item_id'].nunique():,} products"
    measured(f"the company of {size}, by {named(models.served)}", work)


def grown(own: Company, customers: int, products: int) -> Company:
    """Return the company with its best sellers alone and its customers over and over, each time under other ids."""
    best = own.purchases["item_id"].value_counts().index[:products]
    bought = own.purchases[own.purchases["item_id"].isin(best)]
    people = bought["user_id"].unique()
    copies = []
    for n in range(-(-customers // len(people))):
        kept = people[: customers - n * len(people)]
        rows = bought[bought["user_id"].isin(kept)]
        copies.append(rows.assign(user_id=rows["user_id"] + f"-{n}", order_id=rows["order_id"] + f"-{n}"))
    every = pd.concat(copies).sort_values("timestamp", kind="stable").reset_index(drop=True)
    return Company(every, own.reviews, own.products, own.sellers, own.places)


def in_use() -> tuple[Models, Company]:
    house = bootstrap()
    own = Company.of(house.dataset)
    return suited(house.settings, own, data_version(house.dataset.info.checksums)), own


def measured(what: str, work: Callable[[], None]) -> None:
    start, used = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{what}: {wall:.0f} s wall, {cpu:.0f} s cpu, {memory:.2f} GB at most")


if __name__ == "__main__":
    command, *sizes = sys.argv[1:] or ["one"]
    if command == "one":
        one()
    else:
        {"grid": grid, "company": company}[command](*map(int, sizes or ("100000", "1000")))
