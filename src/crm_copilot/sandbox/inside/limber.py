"""A spare worker limbers up while it waits: it touches the memory that most programs touch.

A fork shares its parent's pages until it writes to them, and each first write costs a page fault, some 2,000
for one `groupby`. A spare has time; it does a few small exercises and stops as soon as a program arrives.
Nothing of this is needed for a program to run, and nothing of it changes what a program computes.
"""

from __future__ import annotations

import ast
import select
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import gate, names, results, warm

BLOCK_BYTES, BLOCKS = 4 << 20, 6
_CODE = "def answer(a):\n    b = a.merge(a, on='k')\n    return b[b['x'] > 1].groupby('k')['x'].sum()\n"


def up(channel: int, caps: Mapping[str, int]) -> None:
    """Exercise until something comes through the channel."""
    arrived = select.poll()
    arrived.register(channel, select.POLLIN)
    for exercise in _exercises(caps):
        if arrived.poll(0):
            return
        warm.attempt(exercise)


def _exercises(caps: Mapping[str, int]) -> Iterator[Callable[[], Any]]:
    import pandas as pd

    data = warm.sample()
    yield lambda: _read_code()
    yield lambda: results.encode(data.groupby("k")["x"].mean().nlargest(2), caps)
    yield lambda: results.encode(data.head(3), caps)
    blocks: list[bytes] = []
    yield from [lambda: blocks.append(b"x" * BLOCK_BYTES)] * BLOCKS
    blocks.clear()
    yield lambda: data[data["x"] > 2].assign(z=1).sort_values("x").drop_duplicates("k")
    yield lambda: data.groupby("k").agg(total=("x", "sum")).reset_index()
    yield lambda: data.merge(data, on="k")
    yield lambda: data.groupby(data["t"].dt.to_period("M"))["x"].sum()
    yield lambda: data["k"].str.upper().value_counts()
    yield lambda: data.pivot_table(index="k", columns=data["t"].dt.year, values="x", aggfunc="sum")
    yield lambda: data.resample("ME", on="t")["x"].sum()
    yield lambda: pd.cut(data["x"], 3).value_counts()


def _read_code() -> None:
    tree = ast.parse(_CODE)
    gate.check(tree, [])
    names.needed(tree)
    compile(tree, "<exercise>", "exec")
