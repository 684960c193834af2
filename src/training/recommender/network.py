"""A trained network as arrays, run by numpy: embeddings, cross layers, dense layers, in that order.

    x0 = [embedding of each category, numbers]
    cross     x <- x0 * (x W + b) + x          full, or W = U V of low rank
    dense     x <- relu(x W + b)               the last one gives the prediction, without relu

Collaborative filtering has no layers: the product of the customer's and the product's embedding, and their biases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.recommender.encoding import Encoded, Floats

ROWS_AT_ONCE = 65_536
Arrays = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Network:
    """A kind ("cf", "dnn", "dcn_full", "dcn_low_rank") and its arrays by name."""

    kind: str
    arrays: Arrays

    def predict(self, rows: Encoded) -> Floats:
        """Return one number for each row; memory stays bounded however many rows there are."""
        starts = range(0, len(rows.ids), ROWS_AT_ONCE)
        parts = [self._some(rows.rows(slice(start, start + ROWS_AT_ONCE))) for start in starts]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _some(self, rows: Encoded) -> Floats:
        if self.kind == "cf":
            return self._met(rows)
        x0 = np.concatenate([*self._embedded(rows), rows.numbers], axis=1)
        x = x0
        for kernel, bias in self._crosses():
            x = x0 * (_applied(x, kernel) + bias) + x
        *hidden, (weights, bias) = self._denses()
        for inner, shift in hidden:
            x = np.maximum(x @ inner + shift, 0.0)
        return np.asarray((x @ weights + bias)[:, 0])

    def _met(self, rows: Encoded) -> Floats:
        customer, product, its_bias, their_bias = self._embedded(rows, (0, 1, 0, 1))
        return np.asarray((customer * product).sum(1) + its_bias[:, 0] + their_bias[:, 0] + self.arrays["mean"][0])

    def _embedded(self, rows: Encoded, places: tuple[int, ...] = ()) -> list[Floats]:
        tables = [self.arrays[f"embedding_{n}"] for n in range(self._count("embedding_"))]
        columns = places or range(len(tables))
        return [table[rows.ids[:, column]] for table, column in zip(tables, columns, strict=True)]

    def _crosses(self) -> Iterator[tuple[list[Floats], Floats]]:
        for n in range(self._count("cross_bias_")):
            names = (f"cross_{part}_{n}" for part in ("u", "v"))
            yield [self.arrays[name] for name in names if name in self.arrays], self.arrays[f"cross_bias_{n}"]

    def _denses(self) -> list[tuple[Floats, Floats]]:
        return [(self.arrays[f"dense_{n}"], self.arrays[f"dense_bias_{n}"]) for n in range(self._count("dense_bias_"))]

    def _count(self, prefix: str) -> int:
        return sum(name.startswith(prefix) for name in self.arrays)


def _applied(x: Floats, kernels: list[Floats]) -> Floats:
    for kernel in kernels:
        x = x @ kernel
    return x
