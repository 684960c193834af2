"""Gradient boosting in LightGBM's own text form, run by numpy: it foretells where LightGBM is not installed.

A row goes through all trees at once, as QuickScorer has it (Lucchese et al., 2015). The leaves of a tree are bits,
the leftmost the lowest. For each feature and each interval between two thresholds a table holds the leaves of every
tree that such a value leaves open; what the tables of all features leave open is ANDed, and its lowest bit is the leaf.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.uint16]
MOST_LEAVES, ROWS_AT_ONCE = 16, 8192
_ALL_OPEN = (1 << MOST_LEAVES) - 1  # the bits of a tree of which no leaf is ruled out
_CATEGORY, _LEFT_IF_MISSING, _ZERO_IS_MISSING, _MISSING = 1, 2, 4, 8


class _Node(NamedTuple):
    """One question of one tree: `closed` are the leaves that are out of reach when the answer is no."""

    tree: int
    feature: int
    threshold: float
    kind: int
    members: NDArray[np.int64]
    closed: int


class Forest:
    """The trees of one model; `categories` are the values of each category in the order that it knows them."""

    def __init__(self, text: str, categories: Mapping[str, Sequence[str]]) -> None:
        self.text, self.categories = text, {name: list(values) for name, values in categories.items()}
        head, *blocks = text.partition("\nend of trees")[0].split("\nTree=")
        trees = [_fields(block) for block in blocks]
        names = _fields(head)["feature_names"].split()
        orders = [_leaves(tree) for tree in trees]
        self._values = np.zeros((len(trees), MOST_LEAVES))
        for place, (tree, order) in enumerate(zip(trees, orders, strict=True)):
            self._values[place, : len(order)] = _numbers(tree, "leaf_value")[order]
        nodes = [node for place, tree in enumerate(trees) for node in _nodes(place, tree, orders[place])]
        self._columns = {
            name: self._column(name, [node for node in nodes if node.feature == place], len(trees))
            for place, name in enumerate(names)
        }  # fmt: skip

    def predict(self, rows: pd.DataFrame) -> Floats:
        """Return the predicted score of each row; memory stays bounded however many rows there are."""
        starts = range(0, len(rows), ROWS_AT_ONCE)
        parts = [self._some(rows.iloc[start : start + ROWS_AT_ONCE]) for start in starts]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _some(self, rows: pd.DataFrame) -> Floats:
        open_ = np.full((len(rows), len(self._values)), _ALL_OPEN, dtype=np.uint16)
        for name, (edges, table) in self._columns.items():
            if len(table):
                open_ &= table[self._places(rows[name], edges)]
        leaves = _lowest()[open_] + np.arange(len(self._values)) * MOST_LEAVES
        return np.asarray(self._values.ravel()[leaves].sum(1))

    def _places(self, values: pd.Series, edges: Floats) -> NDArray[np.int64]:
        """Return the row of the feature's table for each value; the last one is for what is missing or unknown."""
        if values.name in self.categories:
            return pd.Index(self.categories[str(values.name)]).get_indexer(pd.Index(values))
        numbers = values.to_numpy(dtype=float)
        return np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers))

    def _column(self, name: str, nodes: Sequence[_Node], trees: int) -> tuple[Floats, Bits]:
        """Return the thresholds of a feature and what each interval between them leaves open, missing values last."""
        if not nodes:
            return np.zeros(0), np.zeros((0, trees), dtype=np.uint16)
        if name in self.categories:
            return np.zeros(0), _of_category(nodes, len(self.categories[name]), trees)
        edges = np.unique([node.threshold for node in nodes])
        table = np.full((len(edges) + 2, trees), _ALL_OPEN, dtype=np.uint16)
        for node in nodes:
            table[np.searchsorted(edges, node.threshold) + 1, node.tree] &= ~np.uint16(node.closed)
        np.bitwise_and.accumulate(table[:-1], axis=0, out=table[:-1])
        table[-1] = _ALL_OPEN
        for node in filter(_goes_right_when_missing, nodes):
            table[-1, node.tree] &= ~np.uint16(node.closed)
        return edges, table


def _of_category(nodes: Sequence[_Node], size: int, trees: int) -> Bits:
    table = np.full((size + 1, trees), _ALL_OPEN, dtype=np.uint16)
    for node in nodes:
        others = np.setdiff1d(np.arange(size + 1), node.members[node.members < size])
        table[others, node.tree] &= ~np.uint16(node.closed)
    return table


def _goes_right_when_missing(node: _Node) -> bool:
    """Return where a missing number goes; where training saw none, LightGBM takes it for 0."""
    return not node.kind & _LEFT_IF_MISSING if node.kind & _MISSING else node.threshold < 0


def _fields(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.splitlines() if "=" in line)


def _numbers(tree: Mapping[str, str], name: str) -> Floats:
    return np.array(tree.get(name, "").split(), dtype=float)


def _leaves(tree: Mapping[str, str], node: int = 0) -> list[int]:
    """Return the leaves below a node from left to right; a negative node is a leaf."""
    left, right = (_numbers(tree, f"{side}_child").astype(int) for side in ("left", "right"))

    def below(node: int) -> list[int]:
        return [~node] if node < 0 else below(int(left[node])) + below(int(right[node]))

    found = below(node) if len(left) else [0]
    if len(found) > MOST_LEAVES:
        raise ValueError(f"a tree has {len(found)} leaves, expected {MOST_LEAVES} at most")
    return found


def _nodes(place: int, tree: Mapping[str, str], order: Sequence[int]) -> list[_Node]:
    names = ("split_feature", "decision_type", "left_child", "cat_boundaries", "cat_threshold")
    feature, kind, left, bounds, words = (_numbers(tree, name).astype(int) for name in names)
    if np.any(kind & _ZERO_IS_MISSING):
        raise ValueError("a tree takes 0 for a missing number, which is not supported")
    places = {leaf: n for n, leaf in enumerate(order)}
    found = []
    for node, threshold in enumerate(_numbers(tree, "threshold")):
        below = [~left[node]] if left[node] < 0 else _leaves(tree, int(left[node]))
        closed = sum(1 << places[leaf] for leaf in below)
        n = int(threshold) if kind[node] & _CATEGORY else 0
        members = _members(words[bounds[n] : bounds[n + 1]]) if kind[node] & _CATEGORY else np.zeros(0, dtype=np.int64)
        found.append(_Node(place, int(feature[node]), float(threshold), int(kind[node]), members, closed))
    return found


def _members(words: NDArray[Any]) -> NDArray[np.int64]:
    """Return the categories whose bits are set in words of 32."""
    bits = (words[:, None] >> np.arange(32)) & 1
    return np.flatnonzero(bits.ravel())


@cache
def _lowest() -> NDArray[np.int64]:
    """Return the lowest bit that is set, for every pattern."""
    patterns = np.arange(1 << MOST_LEAVES)
    lowest = patterns & -patterns
    lowest[0] = 1
    return np.asarray(np.log2(lowest), dtype=np.int64)
