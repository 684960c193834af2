"""Which of the candidates a customer takes next: training rows, rankings, and how good a ranking is.

A question is an order of somebody who had bought before its month began; the market is that of the month's first
day, so nothing of the order, or of any other in that month, is known. A product that was not on sale before cannot be
hit and counts as missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.interactions import Company
from training.recommender.candidates import CATEGORIES, NUMBERS, Market, Pairs
from training.recommender.encoding import Encoder
from training.recommender.network import Network

AT, NEGATIVES = 10, 30
STEPS = {"own_days": 8, "own_times": 3, "together_share": 8, "recency_days": 6}
Floats = NDArray[np.float64]
Weigh = Callable[[Market, Pairs], Floats]


@dataclass(frozen=True)
class Month:
    """The orders of one month by people known before it, with the candidates that were known then."""

    market: Market
    orders: pd.DataFrame
    wanted: Sequence[frozenset[str]]

    @cached_property
    def pairs(self) -> Pairs:
        """The candidates of every order."""
        return self.market.candidates(self.market.rows_of(self.orders["user_id"]), self.orders["timestamp"].to_numpy())

    @cached_property
    def taken(self) -> NDArray[np.bool_]:
        """Whether each candidate was in the order."""
        names = self.market.items[self.pairs.item]
        return np.array([name in self.wanted[row] for row, name in zip(self.pairs.row, names, strict=True)], dtype=bool)


def months(company: Company, start: pd.Timestamp, end: pd.Timestamp) -> Iterator[Month]:
    """Yield the months between two moments in which somebody came back."""
    bought = company.purchases
    bought = bought[(bought["timestamp"] >= start) & (bought["timestamp"] < end)]
    for period, rows in bought.groupby(bought["timestamp"].dt.to_period("M"), sort=True):
        market = Market(company, max(period.start_time, bought["timestamp"].min()))
        known = rows[rows["user_id"].isin(market.users)]
        orders = known.groupby(["user_id", "order_id"], as_index=False).agg(
            timestamp=("timestamp", "first"), wanted=("item_id", frozenset)
        )
        if len(orders):
            yield Month(market, orders.drop(columns="wanted"), list(orders["wanted"]))


def lessons(found: Sequence[Month], seed: int) -> tuple[pd.DataFrame, NDArray[np.float32]]:
    """Return what was taken and some of what was not, as rows to learn from."""
    chance = np.random.default_rng(seed)
    rows, taken = [], []
    for month in found:
        size = np.bincount(month.pairs.row, minlength=len(month.orders))[month.pairs.row]
        kept = month.taken | (chance.random(len(size)) < NEGATIVES / size)
        rows.append(month.pairs.known[kept])
        taken.append(month.taken[kept])
    return pd.concat(rows, ignore_index=True), np.concatenate(taken).astype(np.float32)


def encoder(rows: pd.DataFrame) -> Encoder:
    """Return the encoder of the candidates."""
    return Encoder.fit(rows, CATEGORIES, NUMBERS, STEPS)


def by_network(network: Network, how: Encoder) -> Weigh:
    """Weigh candidates by a network."""
    return lambda market, pairs: np.asarray(network.predict(how.transform(pairs.known)), dtype=np.float64)


def by_popularity(market: Market, pairs: Pairs) -> Floats:
    """Weigh candidates by how often they sold lately, then ever."""
    return np.asarray(market.recent[pairs.item] + market.count[pairs.item] / 1e6, dtype=np.float64)


def by_co_purchase(market: Market, pairs: Pairs) -> Floats:
    """Weigh candidates by the share of others who took them with what the customer has, then by popularity."""
    shares = pairs.known["together_share"].to_numpy()
    return np.asarray(shares + by_popularity(market, pairs) / 1e6, dtype=np.float64)


def ranked(pairs: Pairs, weights: Floats, k: int) -> pd.DataFrame:
    """Return the k best candidates of each row, best first: row, item, weight, place from 0."""
    found = pd.DataFrame({"row": pairs.row, "item": pairs.item, "weight": weights})
    found = found.sort_values(["row", "weight", "item"], ascending=[True, False, True], kind="stable")
    found["place"] = found.groupby("row").cumcount()
    return found[found["place"] < k]


@dataclass(frozen=True)
class Judged:
    """How good one ranking is for each order, and which products it named."""

    recall: Floats
    ndcg: Floats
    named: frozenset[str]


def judge(found: Sequence[Month], weigh: Weigh, k: int = AT) -> Judged:
    """Return recall and NDCG at k of every order in these months."""
    recall, ndcg = [], []
    named: set[str] = set()
    for month in found:
        best = ranked(month.pairs, weigh(month.market, month.pairs), k)
        names = month.market.items[best["item"]]
        named.update(names)
        hit = np.array([name in month.wanted[row] for row, name in zip(best["row"], names, strict=True)], dtype=float)
        size = np.array([len(wanted) for wanted in month.wanted], dtype=float)
        gain = hit / np.log2(best["place"].to_numpy() + 2.0)
        ideal = np.cumsum(1 / np.log2(np.arange(k) + 2.0))[np.minimum(size, k).astype(int) - 1]
        recall.append(np.bincount(best["row"], hit, len(size)) / size)
        ndcg.append(np.bincount(best["row"], gain, len(size)) / ideal)
    return Judged(np.concatenate(recall), np.concatenate(ndcg), frozenset(named))


def interval(values: Floats, seed: int = 0, draws: int = 2000) -> tuple[float, float]:
    """Return the 95 % interval of a mean by drawing the orders again and again."""
    chance = np.random.default_rng(seed)
    means = values[chance.integers(0, len(values), (draws, len(values)))].mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
