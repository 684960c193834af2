"""Why something is offered, counted in the data: own purchases, what others took with them, where it sells."""

from __future__ import annotations

import numpy as np

from crm_copilot.tools.recommending.ledger import Customer, Ledger
from crm_copilot.tools.recommending.wording import month, orders, say, times

# Few who took both are no reason; where few bought the first, their share says little.
_LEAST, _PRIOR = 2, 10


class Reasons:
    """The reasons for one customer, in a language."""

    def __init__(self, ledger: Ledger, person: Customer, language: str) -> None:
        self._ledger, self._person, self._language = ledger, person, language
        self._rows = ledger.rows_of(person.id)
        self._last = dict(ledger.history(self._rows))
        self._buyers = {product: ledger.buyers(product) for product in self._last}

    def why(self, product: str) -> str:
        """Say the strongest fact about the customer, then where the product sells."""
        return "; ".join(part for part in (self._theirs(product), self.where_sold(product)) if part)

    def where_sold(self, product: str) -> str:
        """Say how many of the product's orders came from the city, or else from the state."""
        number, city, state = self._ledger.sold(product, self._person.city, self._person.state)
        place, near = (self._person.city, city) if city else (self._person.state, state)
        key, of = "sold there" if near else "sold elsewhere", orders(number, self._language)
        return say(self._language, key, n=near, orders=of, place=place)

    def _theirs(self, product: str) -> str:
        if product in self._last:
            own = self._rows[np.isin(self._rows, self._ledger.rows_with(product))]
            often = times(self._ledger.bought(own).times, self._language)
            return say(self._language, "bought it", times=often, month=month(self._last[product], self._language))
        return self._together(product) or self._kind(str(self._ledger.categories[product]))

    def _together(self, product: str) -> str:
        """Say what the customer has that most often goes with the product."""
        theirs = self._ledger.buyers(product)
        joint = {own: len(np.intersect1d(theirs, buyers, assume_unique=True)) for own, buyers in self._buyers.items()}
        best = max(joint, key=lambda own: joint[own] / (len(self._buyers[own]) + _PRIOR), default="")
        if not best or joint[best] < _LEAST:
            return ""
        what = self._ledger.called(str(self._ledger.categories[best]), self._language)
        return say(
            self._language, "took both", what=what, id=best[:8], month=month(self._last[best], self._language),
            joint=joint[best], buyers=len(self._buyers[best]),
        )  # fmt: skip

    def _kind(self, category: str) -> str:
        rows = self._rows[self._ledger.kinds[self._rows] == category]
        if not len(rows):
            return ""
        bought, what = self._ledger.bought(rows), self._ledger.called(category, self._language)
        often, last = times(bought.times, self._language), month(bought.last, self._language)
        return say(self._language, "bought kind", what=what, times=often, month=last)
