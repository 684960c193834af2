"""Values of the data, drawn for conditions."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from crm_copilot.catalog import fields
from crm_copilot.library.plan import Condition
from training.examples.periods import Said, span

# Dimensions that people filter on, by how often, and the column of the data that holds their values.
_DIMENSIONS: Mapping[str, int] = {
    "customer_state": 10, "customer_city": 7, "product_category": 10, "payment_type": 8, "order_status": 4,
    "seller_state": 4, "seller_city": 2, "customer_region": 4, "seller_region": 1, "origin": 2, "business_segment": 2,
    "lead_type": 1, "lead_behaviour_profile": 1, "business_type": 1, "order_weekday": 2, "industry": 1,
    "account_manager": 1, "interaction_kind": 1, "client_name": 1,
}  # fmt: skip
_COLUMNS = {"interaction_kind": "kind"}
_FIXED: Mapping[str, tuple[str, ...]] = {
    "customer_region": ("Southeast", "South", "Northeast", "North", "Central-West"),
    "seller_region": ("Southeast", "South", "Northeast", "Central-West"),
    "order_weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_LIMITS: Mapping[str, tuple[int, ...]] = {
    "price": (10, 20, 50, 80, 100, 150, 200, 250, 300, 500, 1000), "freight_value": (5, 10, 15, 20, 30, 50, 100),
    "order_value": (50, 100, 150, 200, 300, 500, 1000), "payment_value": (50, 100, 150, 200, 300, 500, 1000),
    "payment_installments": (1, 2, 3, 4, 5, 6, 8, 10, 12), "review_score": (1, 2, 3, 4, 5),
    "delivery_days": (3, 5, 7, 10, 14, 15, 20, 30), "delay_days": (3, 5, 7, 10, 14, 30),
    "product_weight_g": (200, 500, 1000, 2000, 5000, 10000), "product_photos_qty": (1, 2, 3, 4, 5),
    "items_per_order": (1, 2, 3, 4, 5), "approval_hours": (1, 2, 6, 12, 24, 48),
    "customer_orders": (1, 2, 3, 4), "total_spend_ytd": (10000, 50000, 100000),
}  # fmt: skip
_EXACT = frozenset({"payment_installments", "review_score", "items_per_order", "product_photos_qty"})
_SIGNS = {"above": ">", "below": "<", "atleast": ">=", "exactly": "==", "between": "between"}


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition and how it is said: `kind` is "predicate", "in", "not", "above", "below", "atleast" …"""

    condition: Condition
    kind: str


@dataclass(frozen=True)
class Values:
    """Distinct values of the data by column with their counts, and its first and last day."""

    counts: Mapping[str, Mapping[str, int]]
    first: date
    last: date

    def draw_filter(self, rng: random.Random) -> Filter:
        """Return a condition: a predicate, a value (or not it), or a number compared."""
        kind = rng.choices(("predicate", "value", "number"), (3, 5, 2))[0]
        if kind == "predicate":
            return Filter(Condition(rng.choice([n for n, f in fields().items() if f.kind == "predicate"])), kind)
        if kind == "number":
            return self._number(rng)
        there = {name: weight for name, weight in _DIMENSIONS.items() if self._has(name)}
        name = rng.choices([*there], list(there.values()))[0]
        negated = rng.random() < 0.1
        condition = Condition(name, cast(Any, "!=" if negated else "=="), self.draw(rng, name))
        return Filter(condition, "not" if negated else "in")

    def _number(self, rng: random.Random) -> Filter:
        name = rng.choice([*_LIMITS])
        kind = (
            "exactly" if name in _EXACT and rng.random() < 0.5 else rng.choice(("above", "above", "below", "atleast"))
        )
        n: Any = rng.choice(_LIMITS[name])
        if rng.random() < 0.12:
            kind, n = "between", tuple(sorted(rng.sample(_LIMITS[name], 2)))
        return Filter(Condition(name, cast(Any, _SIGNS[kind]), n), kind)

    def _has(self, name: str) -> bool:
        """Whether values of a dimension are known: not every company has clients or leads."""
        return name in _FIXED or _COLUMNS.get(name, name) in self.counts

    def draw(self, rng: random.Random, name: str) -> str:
        """Return a value of a dimension, common ones more often."""
        if name in _FIXED:
            return rng.choice(_FIXED[name])
        counts = self.counts[_COLUMNS.get(name, name)]
        known = [value for value in counts if value not in ("not_defined", "unknown", "other")]
        return rng.choices(known, [counts[value] ** 0.4 for value in known])[0]

    def draw_pair(self, rng: random.Random) -> tuple[str, tuple[str, str]]:
        """Return a dimension and two of its values."""
        name = rng.choice(("customer_state", "customer_state", "product_category", "payment_type", "customer_city"))
        first = second = self.draw(rng, name)
        while second == first:
            second = self.draw(rng, name)
        return name, (first, second)

    def draw_span(self, rng: random.Random) -> Said:
        """Return a year, half, quarter or month of the data."""
        kind = rng.choices(("year", "half", "quarter", "month"), (5, 1, 3, 4))[0]
        year = rng.choice((2017, 2018))
        return span(kind, year, rng.randint(1, {"year": 1, "half": 2, "quarter": 4, "month": 12}[kind]))
