"""What the sandbox costs: overhead over a bare `exec`, start, memory, and a soak.

    PYTHONPATH=src python benchmarks/sandbox.py [overhead] [start] [soak] [--runs 500] [--programs 5000]

Overhead is paired: each round runs a function bare, in this process, on frames loaded the same way, and then
through the sandbox; the difference of the two times is what is reported. Not measured: several askers at once.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import numpy as np
import pandas as pd
import psutil
import pyarrow.feather

from crm_copilot.sandbox import Limits, Sandbox
from crm_copilot.sandbox.inside import frames

QUESTIONS = {
    "one number": "def answer(df):\n    return len(df)",
    "filter and sum": "def answer(df):\n    return float(df.loc[df['score'] > 3, 'score'].sum())",
    "group and rank": "def answer(df):\n    return df.groupby('item_id')['score'].mean().nlargest(5)",
    "by month": "def answer(df):\n    return df.groupby(df['timestamp'].dt.to_period('M'))['score'].sum()",
    "join of three": (
        "def answer(df, customer_df, product_df):\n"
        "    all = df.merge(product_df, on='item_id').merge(customer_df, on='user_id')\n"
        "    return all.groupby('product_category')['score'].mean()"
    ),
}


def make_tables(rows: int) -> dict[str, pd.DataFrame]:
    """Return the three frames of the first data set, with so many purchases."""
    random = np.random.default_rng(7)
    users, items = [f"user{n:07d}" for n in range(rows // 2)], [f"item{n:05d}" for n in range(2000)]
    start = pd.Timestamp("2017-01-01")
    times = start + pd.to_timedelta(random.integers(0, 700 * 86400, rows), unit="s")
    return {
        "df": pd.DataFrame(
            {
                "order_id": [f"order{n:08d}" for n in range(rows)],
                "user_id": random.choice(users, rows),
                "item_id": random.choice(items, rows),
                "timestamp": times,
                "score": random.uniform(1, 5, rows),
            }
        ),
        "customer_df": pd.DataFrame({"user_id": users, "customer_city": random.choice(["sp", "rj", "bh"], len(users))}),
        "product_df": pd.DataFrame({"item_id": items, "product_category": random.choice(list("abcdefgh"), len(items))}),
    }


@contextmanager
def stored(tables: dict[str, pd.DataFrame]) -> Iterator[dict[str, Path]]:
    """Write the tables as the app does; give the files by name."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder, f"{name}.feather") for name in tables}
        for name, table in tables.items():
            pyarrow.feather.write_feather(table, files[name], compression="uncompressed")
        yield files


def seconds_of(work: Callable[[], Any]) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare(code: str, tables: dict[str, pd.DataFrame]) -> Callable[[], Any]:
    """Return what runs the program with no isolation at all."""
    names = code[code.index("(") + 1 : code.index(")")].split(", ")

    def run() -> Any:
        space: dict[str, Any] = {}
        exec(code, space)
        return space["answer"](*(tables[name] for name in names))

    return run


def percentile(values: list[float], share: int) -> float:
    """Return a percentile in milliseconds."""
    return 1000 * statistics.quantiles(values, n=100)[share - 1]


def overhead(runs: int) -> None:
    """Print the overhead of each question at 100,000 and 1,000,000 rows."""
    print(f"{'question':16} {'rows':>9} {'bare p50':>9} {'box p50':>9} {'over p50':>9} {'over p95':>9}  (ms)")
    for rows in (100_000, 1_000_000):
        with stored(make_tables(rows)) as files, Sandbox(files) as sandbox:
            tables = frames.load({name: str(path) for name, path in files.items()})
            sandbox.run("def warm():\n    return stats.norm.cdf(0)")
            for name, code in QUESTIONS.items():
                alone, boxed = pairs(bare(code, tables), lambda code=code: sandbox.run(code), runs)
                over = [inside - outside for outside, inside in zip(alone, boxed, strict=True)]
                cells = [
                    percentile(alone, 50),
                    percentile(boxed, 50),
                    percentile(over, 50),
                    percentile(over, 95),
                ]
                print(f"{name:16} {rows:9,} " + " ".join(f"{cell:9.1f}" for cell in cells), flush=True)


def pairs(outside: Callable[[], Any], inside: Callable[[], Any], runs: int) -> tuple[list[float], list[float]]:
    """Time both ways in turn, after three rounds that do not count; what takes long is done a fifth as often."""
    runs = runs if seconds_of(outside) < 0.1 else runs // 5
    rounds = [(seconds_of(outside), seconds_of(inside)) for _ in range(runs + 3)][3:]
    return [pair[0] for pair in rounds], [pair[1] for pair in rounds]


def start() -> None:
    """Print how soon the sandbox serves, and what it holds in memory."""
    print("\nstart (s)        serves  warm   pss MB  (with 100,000 rows)")
    with stored(make_tables(100_000)) as files:
        for _ in range(5):
            began = time.perf_counter()
            with Sandbox(files) as sandbox:
                sandbox.start()
                serves = time.perf_counter() - began
                sandbox.run("def warm():\n    return stats.norm.cdf(0)")
                warm = time.perf_counter() - began
                print(f"{'':16} {serves:6.2f} {warm:5.2f} {sandbox.doctor()['zygote']['pss_mb']:8}")


HOSTILE = (
    "def answer(df):\n    raise ValueError('x')",
    "def answer(df):\n    import os\n    os._exit(3)",
    "def answer(df):\n    import ctypes\n    ctypes.string_at(0)",
    "def answer(df):\n    return open('/etc/passwd').read()",
    "def answer(df):\n    return 'x' * (3 << 30)",
)
BENIGN = tuple(code for name, code in QUESTIONS.items() if name != "join of three")


def soak(programs: int) -> None:
    """Run many programs, a fifth of them hostile; print what is left of each resource."""
    with (
        stored(make_tables(10_000)) as files,
        Sandbox(files, limits=Limits(wall_seconds=5), gate=False) as sandbox,
    ):
        sandbox.run("def warm():\n    return stats.norm.cdf(0)")
        before, began, wrong = held(sandbox), time.perf_counter(), 0
        for number in range(programs):
            hostile = number % 5 == 4
            code = HOSTILE[number // 5 % len(HOSTILE)] if hostile else BENIGN[number % len(BENIGN)]
            wrong += sandbox.run(code).ok is hostile
        elapsed = time.perf_counter() - began
        time.sleep(0.5)
        print(f"\nsoak: {programs} programs in {elapsed:.0f} s, {wrong} not as expected")
        print(f"  before {before}\n  after  {held(sandbox)}")


def held(sandbox: Sandbox) -> dict[str, int]:
    """Return descriptors, children, threads and memory of the app and the zygote."""
    state = sandbox.doctor()["zygote"]
    app, zygote = psutil.Process(), psutil.Process(state["pid"])
    return {
        "app_descriptors": app.num_fds(),
        "app_threads": app.num_threads(),
        "app_mb": app.memory_info().rss >> 20,
        "zygote_descriptors": zygote.num_fds(),
        "zygote_children": len(zygote.children()),
        "zygote_rss_mb": state["rss_mb"],
        "zygote_pss_mb": state["pss_mb"],
    }


def main() -> None:
    """Run the parts that are asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help="overhead, start, soak; all when none is named")
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--programs", type=int, default=5000)
    given = parser.parse_args()
    parts = given.parts or ["overhead", "start", "soak"]
    if "overhead" in parts:
        overhead(given.runs)
    if "start" in parts:
        start()
    if "soak" in parts:
        soak(given.programs)


if __name__ == "__main__":
    main()
