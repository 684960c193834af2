"""What a customer may buy next, described by facts that were known at that moment.

A `Market` is what was known at one moment: who bought what, what goes with what, what sells where. It names some
hundred candidates for each customer (own purchases, what others took with them, what sells in the state and in the
last category) and describes each pair of customer and candidate by numbers that a network can weigh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from training.interactions import DAY, RECENT_DAYS, UNKNOWN_DAYS, Company

TOGETHER, POPULAR, NEAR, SAME_KIND = 40, 30, 15, 15
PRIOR = 5.0
NUMBERS = (
    "own_times", "own_days", "together_share", "together_count", "together_lift", "popularity", "popularity_recent",
    "state_count", "state_lift", "category_before", "category_moved", "same_category", "price", "price_ratio",
    "recency_days", "customer_purchases", "age_days",
)  # fmt: skip
CATEGORIES = ("candidate_category", "customer_state")
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Candidates: the row of the customer among those asked, the place of the product, and what is known of both."""

    row: Ints
    item: Ints
    known: pd.DataFrame


class Market:
    """What was known of all products and customers strictly before a moment."""

    def __init__(self, company: Company, moment: pd.Timestamp) -> None:
        self.moment = moment
        self.bought = company.until(moment).purchases.reset_index(drop=True)
        self.items = np.sort(self.bought["item_id"].unique())
        self.users = np.sort(self.bought["user_id"].unique())
        self._user, self._item = (np.searchsorted(all_, self.bought[name]) for all_, name in
                                  ((self.users, "user_id"), (self.items, "item_id")))  # fmt: skip
        self._describe_items()
        self._describe_customers()
        self.together = _together(self.owned)
        self.share = sparse.diags_array(1.0 / (self.buyers + PRIOR)) @ self.together

    def _describe_items(self) -> None:
        number, bought = len(self.items), self.bought
        last = pd.DataFrame(bought.assign(place=self._item).groupby("place").last())
        self.price = last["price"].to_numpy()
        self.category, self.kinds = pd.factorize(last["category"], sort=True)
        self.age = (self.moment - bought.groupby(self._item)["timestamp"].min()).to_numpy() / DAY.to_timedelta64()
        self.count = np.bincount(self._item, minlength=number).astype(float)
        recent = (self.moment - bought["timestamp"] <= RECENT_DAYS * DAY).to_numpy()
        self.recent = np.bincount(self._item[recent], minlength=number).astype(float)
        state, self.states = pd.factorize(bought["customer_state"], sort=True)
        self.by_state = np.zeros((len(self.states), number))
        np.add.at(self.by_state, (state, self._item), 1.0)

    def _describe_customers(self) -> None:
        shape = (len(self.users), len(self.items))
        ones = np.ones(len(self.bought))
        self.times = sparse.csr_array((ones, (self._user, self._item)), shape=shape)
        self.owned = self.times.minimum(1.0).tocsr() if len(ones) else self.times
        self.buyers = np.asarray(self.owned.sum(0)).ravel()
        people = self.bought.groupby(self._user)
        self.last_item = np.zeros(len(self.users), dtype=np.int64)
        self.last_item[self._user] = self._item
        self.last_time = people["timestamp"].max().to_numpy()
        self.orders = people["order_id"].nunique().to_numpy().astype(float)
        self.spend = people["price"].mean().to_numpy()
        self.state = np.searchsorted(self.states, people["customer_state"].last())
        kinds = sparse.csr_array((np.ones(len(self.items)), (np.arange(len(self.items)), self.category)),
                                 shape=(len(self.items), len(self.kinds)))  # fmt: skip
        self.by_kind = (self.times @ kinds).tocsr()
        self.moved = self._moves()
        own = self.bought.assign(user=self._user, item=self._item).groupby(["user", "item"])["timestamp"].max()
        self._own_last = own

    def _moves(self) -> NDArray[np.float64]:
        """Return how often people went from one category to another with their next order (from, to), as shares."""
        rows = self.bought.assign(user=self._user, kind=self.category[self._item]).drop_duplicates(["user", "order_id"])
        rows = rows.sort_values(["user", "timestamp"], kind="stable")
        same = rows["user"].to_numpy()[1:] == rows["user"].to_numpy()[:-1]
        kind = rows["kind"].to_numpy()
        moves = np.full((len(self.kinds), len(self.kinds)), 0.1)
        np.add.at(moves, (kind[:-1][same], kind[1:][same]), 1.0)
        return np.asarray(moves / moves.sum(1, keepdims=True))

    def rows_of(self, users: pd.Series) -> Ints:
        """Return the places of customers; all of them must have bought before the moment."""
        return np.searchsorted(self.users, users)

    def popular(self, k: int) -> Ints:
        """Return the k products that sold most often lately, then ever."""
        return np.lexsort((-self.count, -self.recent))[:k]

    def candidates(self, asked: Ints, moments: NDArray[np.datetime64]) -> Pairs:
        """Return the candidates of customers (places) who may buy at these moments."""
        linked = _best((self.owned[asked] @ self.share).tocsr(), TOGETHER)
        chosen = linked + self.owned[asked] + self._listed(asked)
        found = sparse.coo_array(chosen)
        order = np.lexsort((found.col, found.row))
        row, item = found.row[order].astype(np.int64), found.col[order].astype(np.int64)
        return Pairs(row, item, self._known(asked[row], item, moments[row]))

    def _listed(self, asked: Ints) -> sparse.csr_array:
        """Return what sells everywhere, in the state and in the last category, as a matrix of ones."""
        per_state = np.stack([_top(counts, NEAR) for counts in self.by_state])
        kinds = [np.flatnonzero(self.category == kind) for kind in range(len(self.kinds))]
        weight = self.recent + self.count / 100
        per_kind = [places[np.argsort(-weight[places], kind="stable")][:SAME_KIND] for places in kinds]
        lists = [np.concatenate([self.popular(POPULAR), per_state[self.state[user]],
                                 per_kind[self.category[self.last_item[user]]]]) for user in asked]  # fmt: skip
        rows = np.repeat(np.arange(len(asked)), [len(one) for one in lists])
        columns = np.concatenate(lists) if lists else np.zeros(0, dtype=np.int64)
        return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(asked), len(self.items)))

    def _known(self, user: Ints, item: Ints, moment: NDArray[np.datetime64]) -> pd.DataFrame:
        kind, state = self.category[item], self.state[user]
        here, everywhere = self.by_state[state, item], self.count[item]
        expected = everywhere * self.by_state.sum(1)[state] / self.by_state.sum()
        shares, counts, lifts = self._links(user, item)
        own = self._own_last.reindex(pd.MultiIndex.from_arrays([user, item])).to_numpy()
        days = (moment - own) / np.timedelta64(1, "D")
        return pd.DataFrame({
            "own_times": _at(self.times, user, item), "own_days": np.where(np.isnan(days), UNKNOWN_DAYS, days),
            "together_share": shares * 100, "together_count": counts, "together_lift": lifts,
            "popularity": everywhere, "popularity_recent": self.recent[item], "state_count": here,
            "state_lift": (here + PRIOR) / (expected + PRIOR), "category_before": _at(self.by_kind, user, kind),
            "category_moved": self.moved[self.category[self.last_item[user]], kind] * 100,
            "same_category": (self.category[self.last_item[user]] == kind).astype(float), "price": self.price[item],
            "price_ratio": self.price[item] / self.spend[user],
            "recency_days": (moment - self.last_time[user]) / np.timedelta64(1, "D"),
            "customer_purchases": self.orders[user], "age_days": self.age[item],
            "candidate_category": np.asarray(self.kinds)[kind], "customer_state": np.asarray(self.states)[state],
        })  # fmt: skip

    def _links(self, user: Ints, item: Ints) -> tuple[NDArray[np.float64], ...]:
        """Return share, number and lift of the others who took a candidate with what the customer has."""
        places, rows = np.unique(user, return_inverse=True)
        owned = self.owned[places]
        share, count = (_at((owned @ matrix).tocsr(), rows, item) for matrix in (self.share, self.together))
        usual = (self.buyers[item] + PRIOR) / (len(self.users) + PRIOR)
        return share, count, share / usual


def _together(owned: sparse.csr_array) -> sparse.csr_array:
    """Return how many customers have both of two products, 0 for a product and itself."""
    both = (owned.T @ owned).tocsr()
    both.setdiag(0)
    both.eliminate_zeros()
    return both


def _best(scores: sparse.csr_array, k: int) -> sparse.csr_array:
    """Keep the k highest of each row."""
    kept = np.zeros(scores.nnz, dtype=bool)
    for start, end in zip(scores.indptr, scores.indptr[1:], strict=False):
        kept[start + _top(scores.data[start:end], k)] = True
    coo = scores.tocoo()
    return sparse.csr_array((np.ones(int(kept.sum())), (coo.row[kept], coo.col[kept])), shape=scores.shape)


def _top(values: NDArray[np.float64], k: int) -> Ints:
    return np.argsort(-values, kind="stable")[:k]


def _at(matrix: sparse.csr_array, row: Ints, column: Ints) -> NDArray[np.float64]:
    """Return single cells of a sparse matrix."""
    return np.asarray(matrix[row, column], dtype=float).ravel() if len(row) else np.zeros(0)
