"""Who bought what, held in memory so that an offer and its reasons take milliseconds.

One row is one order and product of `df`, in order of time; customers, products, cities and states are numbers. It is
made once for each version of the data, in some tenths of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crm_copilot.playbook.saying import tongue
from crm_copilot.tools.recommending.wording import say

_ROWS = """
SELECT d.user_id, d.item_id, d.order_id, d.timestamp, c.customer_city AS city, c.customer_state AS state
FROM df d JOIN orders o USING (order_id) JOIN customers c USING (customer_id) ORDER BY d.timestamp, d.order_id
"""
_PEOPLE = """
SELECT c.customer_id, c.customer_unique_id AS person, c.customer_city AS city, c.customer_state AS state
FROM customers c LEFT JOIN orders o USING (customer_id) ORDER BY o.order_purchase_timestamp NULLS FIRST, c.customer_id
"""
_GOODS = """
SELECT product_id, coalesce(product_category, '') AS category, product_category_name AS native FROM products ORDER BY 1
"""
Ints = NDArray[np.int64]


class Bought(NamedTuple):
    """How many orders, and when the last one was."""

    times: int
    last: pd.Timestamp


@dataclass(frozen=True)
class Customer:
    """A person: where their last order went, and how many orders with products they have made."""

    id: str
    city: str
    state: str
    orders: int


class Ledger:
    """The purchases of one version of the data."""

    def __init__(self, data: Any) -> None:
        rows, people, goods = (data.execute(query).df() for query in (_ROWS, _PEOPLE, _GOODS))
        self._user, self._users = pd.factorize(rows["user_id"])
        self._item, self._items = pd.factorize(rows["item_id"])
        self._order, _ = pd.factorize(rows["order_id"])
        (self._city, self._cities), (self._state, self._states) = (
            pd.factorize(rows[name]) for name in ("city", "state")
        )
        self._time = rows["timestamp"].to_numpy()
        self._records = pd.Series(people["person"].to_numpy(), index=people["customer_id"])
        self._homes = people.groupby("person")[["city", "state"]].last()
        self._native = dict(zip(goods["category"], goods["native"], strict=True))
        self.categories = pd.Series(goods["category"].to_numpy(), index=goods["product_id"])
        self.by_user, self.by_item = _Sorted(self._user, len(self._users)), _Sorted(self._item, len(self._items))

    @property
    def people(self) -> pd.Index:
        """The ids of all customers."""
        index: pd.Index = self._homes.index
        return index

    def customer(self, given: str) -> Customer | None:
        """Return the person of a customer_unique_id or customer_id, None when there is none."""
        person = given if given in self._homes.index else self._records.get(given)
        if person is None:
            return None
        city, state = self._homes.loc[person]
        return Customer(str(person), str(city), str(state), len(np.unique(self._order[self.rows_of(str(person))])))

    def search(self, text: str, k: int) -> list[Customer]:
        """Return the k customers with most orders whose id begins so, or whose city or state is this."""
        wanted = text.strip().casefold()
        homes = self._homes
        if wanted:
            record = self._records.get(text.strip())
            ids = homes.index.str.startswith(wanted) | (homes.index == (record or ""))
            places = homes["city"].str.casefold().str.startswith(wanted) | (homes["state"].str.casefold() == wanted)
            homes = homes[ids | places.to_numpy()]
        counts = self._counts.reindex(homes.index).fillna(0).sort_values(ascending=False, kind="stable")
        return [person for name in counts.index[:k] if (person := self.customer(str(name))) is not None]

    @cached_property
    def _counts(self) -> pd.Series[int]:
        """The orders with products of each customer."""
        bought = pd.DataFrame({"user": self._user, "order": self._order}).groupby("user")["order"].nunique()
        return pd.Series(bought.to_numpy(), index=self._users[bought.index])

    def called(self, category: str, language: str) -> str:
        """Return a category as a person writes it."""
        name = self._native.get(category) if tongue(language) == "pt" else category
        return str(name or category).replace("_", " ") or say(language, "no category")

    def products(self, category: str) -> list[str]:
        """Return the products of a category."""
        return [str(name) for name in self.categories.index[self.categories == category]]

    def rows_of(self, person: str) -> Ints:
        """Return the rows of a customer, oldest first."""
        place = self._place(self._users, person)
        return self.by_user.rows(place) if place >= 0 else np.zeros(0, dtype=np.int64)

    def rows_with(self, product: str) -> Ints:
        """Return the rows of a product, oldest first."""
        place = self._place(self._items, product)
        return self.by_item.rows(place) if place >= 0 else np.zeros(0, dtype=np.int64)

    def buyers(self, product: str) -> Ints:
        """Return the customers who bought a product, as numbers in order."""
        return np.unique(self._user[self.rows_with(product)])

    def history(self, rows: Ints) -> Iterator[tuple[str, pd.Timestamp]]:
        """Yield product and time of rows."""
        for row in rows:
            yield str(self._items[self._item[row]]), pd.Timestamp(self._time[row])

    def bought(self, rows: Ints) -> Bought:
        """Return the number of orders in these rows, at least one of them, and the last time."""
        return Bought(len(np.unique(self._order[rows])), pd.Timestamp(self._time[rows].max()))

    def sold(self, product: str, city: str, state: str) -> tuple[int, int, int]:
        """Return in how many orders a product was: in all, of the city, of the state."""
        rows = self.rows_with(product)
        there, near = (
            self._city[rows] == self._place(self._cities, city),
            self._state[rows] == self._place(self._states, state),
        )
        return self._orders(rows), self._orders(rows[there]), self._orders(rows[near])

    def _orders(self, rows: Ints) -> int:
        return len(np.unique(self._order[rows]))

    def selling(self, city: str, state: str) -> list[str]:
        """Return all products, those that sell most in the city first, then in the state, then everywhere."""
        there, near = self._city == self._place(self._cities, city), self._state == self._place(self._states, state)
        counts = [np.bincount(self._item[rows], minlength=len(self._items)) for rows in (there, near, slice(None))]
        return [str(self._items[place]) for place in np.lexsort([-one for one in reversed(counts)])]

    def fond_of(self, category: str) -> list[str]:
        """Return the customers who bought in a category, most orders first, then the latest."""
        rows = np.flatnonzero(self.kinds == category)
        bought = pd.DataFrame({"user": self._user[rows], "order": self._order[rows], "time": self._time[rows]})
        found = bought.groupby("user").agg(orders=("order", "nunique"), last=("time", "max"))
        found = found.sort_values(["orders", "last"], ascending=False, kind="stable")
        return [str(self._users[user]) for user in found.index]

    @cached_property
    def kinds(self) -> NDArray[Any]:
        """The category of each row."""
        return self.categories.reindex(self._items).to_numpy()[self._item]

    @staticmethod
    def _place(names: pd.Index, name: str) -> int:
        return int(names.get_indexer_for(pd.Index([name]))[0])


class _Sorted:
    """Rows by a number: where each begins among the rows put in its order."""

    def __init__(self, numbers: Ints, size: int) -> None:
        self._rows = np.argsort(numbers, kind="stable")
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=size))])

    def rows(self, number: int) -> Ints:
        """Return the rows of a number."""
        return self._rows[self._starts[number] : self._starts[number + 1]]
