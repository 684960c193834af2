"""What recommending costs: one customer warm, and every customer times every product.

    python benchmarks/recommender.py one                    `crm recommend` within a process, on the data in use
    python benchmarks/recommender.py grid 100000 1000       scores of a grid with the models that ship, and the memory

Wall and CPU time; on a machine that does other work the second is what the product needs.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

from crm_copilot.bootstrap import bootstrap
from training.recommender import folder
from training.recommender.encoding import Encoded

BEST, CUSTOMERS_AT_ONCE = 30, 200


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
    """Score every pair with the served networks and keep the best of each customer."""
    models = folder.load(Path(__file__).parents[1] / "models" / "recommender" / "demo")
    encoder, chance = models.encoders["rating"], np.random.default_rng(0)
    ids = np.stack([chance.integers(0, size, products) for size in encoder.sizes], 1).astype(np.int32)
    numbers = chance.random((products, encoder.width), dtype=np.float32)
    start, used = time.perf_counter(), time.process_time()
    kept = np.empty((customers, BEST), np.int32)
    for first in range(0, customers, CUSTOMERS_AT_ONCE):
        here = min(CUSTOMERS_AT_ONCE, customers - first)
        rows = Encoded(np.tile(ids, (here, 1)), np.tile(numbers, (here, 1)))
        rows.ids[:, 1] = np.repeat(chance.integers(0, encoder.sizes[1], here), products)
        scores = models.ratings[models.served][0].predict(rows).reshape(here, products)
        kept[first : first + here] = np.argpartition(-scores, BEST, axis=1)[:, :BEST]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    print(f"{customers:,} x {products:,}: {wall:.0f} s wall, {cpu:.0f} s cpu, {memory:.2f} GB at most")


if __name__ == "__main__":
    if sys.argv[1:2] == ["grid"]:
        grid(*(int(word) for word in sys.argv[2:4] or ("100000", "1000")))
    else:
        one()
