"""Random numbers that come out the same on every machine, for every version of numpy.

numpy promises the same stream only for the raw numbers of a bit generator; what its distributions make
of them may change, and logarithms or cosines differ in the last bit between processors. So everything
here is made of raw 64-bit numbers by whole numbers, by sums in a fixed order, and by single
multiplications, which every processor rounds alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.str_]

DAY = 86_400


class Draws:
    """A stream of its own for each topic, so that a change of one part leaves the others as they are."""

    def __init__(self, seed: int, topic: str) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, *topic.encode()]))

    def uniform(self, size: int) -> Floats:
        """Return numbers from 0 up to, not including, 1."""
        return (self._bits.random_raw(size) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def chance(self, probability: ArrayLike, size: int) -> Bools:
        """Return True with the given probability, which may differ from place to place."""
        return np.asarray(self.uniform(size) < np.asarray(probability))

    def whole(self, low: int, high: ArrayLike, size: int) -> Ints:
        """Return whole numbers from `low` up to, not including, `high`."""
        width = np.asarray(high, dtype=np.int64) - low
        return low + (self.uniform(size) * width).astype(np.int64)

    def normal(self, size: int) -> Floats:
        """Return numbers of mean 0 and deviation 1: twelve uniform ones summed up, so never beyond 6."""
        raw = self._bits.random_raw(12 * size).reshape(12, size) >> np.uint64(40)
        return np.asarray(raw.sum(axis=0), dtype=np.float64) * 2.0**-24 - 6.0

    def lognormal(self, median: ArrayLike, spread: ArrayLike, size: int) -> Floats:
        """Return positive numbers around `median` whose logarithms deviate by `spread`."""
        return np.asarray(median) * exponential(np.asarray(spread) * self.normal(size))

    def pick(self, weights: ArrayLike, size: int) -> Ints:
        """Return places in `weights`, each as often as its weight says."""
        steps = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.asarray(np.searchsorted(steps, self.uniform(size) * steps[-1], side="right"), dtype=np.int64)

    def pick_by_row(self, weights: Floats, rows: Ints) -> Ints:
        """Return for each entry of `rows` a column of that row of `weights`."""
        steps = np.cumsum(weights, axis=1)
        reached = self.uniform(len(rows)) * steps[rows, -1]
        return np.asarray((steps[rows] <= reached[:, None]).sum(axis=1), dtype=np.int64)

    def ids(self, size: int) -> list[str]:
        """Return that many different names of 32 hexadecimal digits."""
        digits = self._bits.random_raw(2 * size).astype(">u8").tobytes().hex()
        return [digits[place : place + 32] for place in range(0, len(digits), 32)]

    def one_of(self, options: list[Any], size: int) -> list[Any]:
        """Return that many of the options, each equally often in the long run."""
        return [options[place] for place in self.whole(0, len(options), size)]


def exponential(power: Floats) -> Floats:
    """Return e to that power, to one in a thousand for powers between -1.4 and 1.4, by squaring only."""
    grown = 1.0 + power * 2.0**-10
    for _ in range(10):
        grown = grown * grown
    return grown


def moments(seconds: Ints) -> list[str]:
    """Return moments, in seconds since 1970, as the files write them: 2018-03-31 17:05:00."""
    return [text.replace("T", " ") for text in np.datetime_as_string(seconds.astype("datetime64[s]"))]


def money(cents: Ints) -> list[str]:
    """Return amounts in cents as the files write them: 1234.50."""
    return [f"{whole}.{part:02d}" for whole, part in zip(cents // 100, cents % 100, strict=True)]
