"""Why something is offered, counted in the data: own purchases, what others took with them, where it sells."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_copilot.tools.recommending.ledger import Customer, Ledger

# Few who took both are no reason; where few bought the first, their share says little.
_LEAST, _PRIOR = 2, 10


class Reasons:
    """The reasons for one customer."""

    def __init__(self, ledger: Ledger, person: Customer) -> None:
        self._ledger, self._person = ledger, person
        self._rows = ledger.rows_of(person.id)
        self._last = dict(ledger.history(self._rows))
        self._buyers = {product: ledger.buyers(product) for product in self._last}

    def why(self, product: str) -> str:
        """Say the strongest fact about the customer, then where the product sells."""
        return "; ".join(part for part in (self._theirs(product), self.where_sold(product)) if part)

    def where_sold(self, product: str) -> str:
        """Say how many of the product's orders came from the city, or else from the state."""
        orders, city, state = self._ledger.sold(product, self._person.city, self._person.state)
        place, number = (self._person.city, city) if city else (self._person.state, state)
        return f"{number or 'none'} of its {orders} orders came from {place}"

    def _theirs(self, product: str) -> str:
        ledger = self._ledger
        if product in self._last:
            own = self._rows[np.isin(self._rows, ledger.rows_with(product))]
            return f"bought it {_times(ledger.bought(own).times)}, last in {month(self._last[product])}"
        return self._together(product) or self._kind(str(ledger.categories[product]))

    def _together(self, product: str) -> str:
        """Say what the customer has that most often goes with the product."""
        theirs = self._ledger.buyers(product)
        joint = {own: len(np.intersect1d(theirs, buyers, assume_unique=True)) for own, buyers in self._buyers.items()}
        best = max(joint, key=lambda own: joint[own] / (len(self._buyers[own]) + _PRIOR), default="")
        if not best or joint[best] < _LEAST:
            return ""
        what = f"bought {name_of(str(self._ledger.categories[best]))} ({best[:8]}) in {month(self._last[best])}"
        return f"{what}; {joint[best]} of {len(self._buyers[best])} who bought that took this too"

    def _kind(self, category: str) -> str:
        rows = self._rows[self._ledger.kinds[self._rows] == category]
        if not len(rows):
            return ""
        bought = self._ledger.bought(rows)
        return f"bought {name_of(category)} {_times(bought.times)}, last in {month(bought.last)}"


def name_of(category: str) -> str:
    """Return a category as a person writes it."""
    return (category or "a product without category").replace("_", " ")


def month(day: pd.Timestamp) -> str:
    """Return a day as a person remembers it."""
    return f"{day:%B %Y}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
