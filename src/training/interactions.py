"""The interactions and their score, each described by what was known before the purchase.

One row is one order and product, as `df` of the catalog has them; `score` (1 to 5) is only known after the purchase.

    who      customer_*   place, past orders, spend, days since the last one, last category
    what     product_*    category, price, size, age, sales and reviews so far, its seller and their reviews so far
    when     month, weekday
    offer    offer_cost, what the offered units cost together, and offer_quantity: one for a recommendation
    both     distance_km, same_state, category_before (past purchases of this customer in this category)

Everything that grows with time is looked up in a running count as of strictly before the moment of the purchase
(`before`), so nothing of the order itself or of later ones can come in; reviews count from when they were answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from crm_copilot.data import Dataset

TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1
RECENT_DAYS = 90
DAY = pd.Timedelta(days=1)
PRIOR_REVIEWS, PRIOR_RATING = 5.0, 4.1
UNKNOWN_DAYS = 999.0

_PURCHASES = """
WITH lines AS (
    SELECT order_id, product_id, avg(price) AS price, avg(freight_value) AS freight, min(seller_id) AS seller_id,
           count(*)::DOUBLE AS quantity
    FROM order_items GROUP BY 1, 2
)
SELECT d.order_id, d.user_id, d.item_id, d.timestamp::TIMESTAMP AS timestamp, d.score, l.price, l.freight, l.seller_id,
       l.quantity, coalesce(p.product_category, '') AS category, c.customer_city, c.customer_state,
       c.customer_zip_code_prefix AS customer_zip
FROM df d JOIN orders o USING (order_id) JOIN customers c USING (customer_id)
JOIN lines l ON l.order_id = d.order_id AND l.product_id = d.item_id
JOIN products p ON p.product_id = d.item_id
ORDER BY timestamp, d.order_id, d.item_id
"""
_PRODUCTS = """
SELECT product_id AS item_id, coalesce(product_category, '') AS category, product_weight_g AS weight,
       product_photos_qty AS photos, product_description_lenght AS description,
       product_length_cm * product_height_cm * product_width_cm AS volume
FROM products
"""
_REVIEWS = """
SELECT i.product_id AS item_id, i.seller_id, r.review_score::DOUBLE AS rating,
       coalesce(r.review_answer_timestamp, r.review_creation_date)::TIMESTAMP AS timestamp
FROM reviews r JOIN (SELECT DISTINCT order_id, product_id, seller_id FROM order_items) i USING (order_id)
ORDER BY timestamp
"""
_SELLERS = "SELECT seller_id, seller_state, seller_zip_code_prefix AS seller_zip FROM sellers"
_PLACES = """
SELECT geolocation_zip_code_prefix AS zip, avg(geolocation_lat) AS lat, avg(geolocation_lng) AS lng
FROM geolocation GROUP BY 1
"""


class Company:
    """What the features are made of: purchases and reviews in order of time, products, sellers, places."""

    def __init__(
        self, purchases: pd.DataFrame, reviews: pd.DataFrame, products: pd.DataFrame, sellers: pd.DataFrame,
        places: pd.DataFrame,
    ) -> None:  # fmt: skip
        self.purchases, self.reviews, self.products = purchases, reviews, products
        self.sellers, self.places = sellers, places

    @classmethod
    def of(cls, data: Dataset) -> Company:
        """Read the company of loaded data."""
        with data.connect() as connection:
            found = [connection.execute(query).df() for query in (_PURCHASES, _REVIEWS, _PRODUCTS, _SELLERS, _PLACES)]
        return cls(*(_microseconds(frame) for frame in found))

    def until(self, moment: pd.Timestamp) -> Company:
        """Return the company as it was known strictly before a moment."""
        bought, reviewed = (frame[frame["timestamp"] < moment] for frame in (self.purchases, self.reviews))
        return Company(bought, reviewed, self.products, self.sellers, self.places)


def split(purchases: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return train, validation and test: the newest fifth is the test, a tenth before it the validation."""
    ordered = purchases.sort_values("timestamp", kind="stable")
    last, middle = (round(len(ordered) * (1 - share)) for share in (TEST_SHARE, TEST_SHARE + VALIDATION_SHARE))
    return ordered.iloc[:middle], ordered.iloc[middle:last], ordered.iloc[last:]


def running(events: pd.DataFrame, by: Sequence[str], sums: Sequence[str] = ()) -> pd.DataFrame:
    """Return, for each event, the count so far of its key, when the first one was, and the sums so far."""
    groups = events.groupby(list(by), sort=False)
    state = events[[*by, "timestamp"]].copy()
    state["n"] = groups.cumcount() + 1.0
    state["first"], state["last"] = groups["timestamp"].transform("min"), events["timestamp"]
    for name in sums:
        state[name] = groups[name].cumsum()
    return state


def before(
    asked: pd.DataFrame, state: pd.DataFrame, by: Sequence[str], back: pd.Timedelta | None = None
) -> pd.DataFrame:
    """Return the state of each asked key strictly before its moment (or so long before it), NaN where there is none."""
    left = asked[[*by, "timestamp"]].copy()
    left["row"] = np.arange(len(left))
    if back is not None:
        left["timestamp"] = left["timestamp"] - back
    found = pd.merge_asof(
        left.sort_values("timestamp", kind="stable"), state.sort_values("timestamp", kind="stable"),
        on="timestamp", by=list(by), allow_exact_matches=False,
    )  # fmt: skip
    return found.sort_values("row").set_index(asked.index)


def features(company: Company, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the features of asked purchases (user_id, item_id, timestamp, price, quantity,
    seller_id, customer's place).
    """
    rows = asked.drop(columns=["category"], errors="ignore").merge(company.products, on="item_id", how="left")
    rows = rows.merge(company.sellers, on="seller_id", how="left").set_index(asked.index)
    rows["category"] = rows["category"].fillna("")
    parts = [_who(company, rows), _what(company, rows), _when(rows), _both(company, rows)]
    return pd.concat(parts, axis=1)


def _who(company: Company, rows: pd.DataFrame) -> pd.DataFrame:
    bought = company.purchases
    state = running(bought, ["user_id"], ["price"])
    state["category"] = bought["category"]
    known = before(rows, state, ["user_id"])
    return pd.DataFrame({
        "customer_city": rows["customer_city"], "customer_state": rows["customer_state"],
        "customer_last_category": known["category"].fillna(""), "customer_purchases": known["n"].fillna(0.0),
        "customer_spend": known["price"].fillna(0.0), "customer_recency_days": _days(rows["timestamp"], known["last"]),
    })  # fmt: skip


def _what(company: Company, rows: pd.DataFrame) -> pd.DataFrame:
    state = running(company.purchases, ["item_id"], ["price", "freight"])
    known, past = (before(rows, state, ["item_id"], back) for back in (None, RECENT_DAYS * DAY))
    sold = known["n"].fillna(0.0)
    reviews = {
        key: before(rows, running(company.reviews, [key], ["rating"]), [key]) for key in ("item_id", "seller_id")
    }
    seller = before(rows, running(company.purchases, ["seller_id"]), ["seller_id"])
    return pd.DataFrame({
        "product_category": rows["category"], "offer_cost": rows["price"] * rows["quantity"],
        "offer_quantity": rows["quantity"], "product_price": rows["price"], "product_weight": rows["weight"],
        "product_volume": rows["volume"], "product_photos": rows["photos"], "product_description": rows["description"],
        "product_age_days": _days(rows["timestamp"], known["first"]), "product_sales": sold,
        "product_sales_recent": sold - past["n"].fillna(0.0),
        "product_price_ratio": (rows["price"] / (known["price"] / known["n"])).fillna(1.0),
        "product_freight": known["freight"] / known["n"],
        "product_rating": _rating(reviews["item_id"]), "product_reviews": reviews["item_id"]["n"].fillna(0.0),
        "seller_id": rows["seller_id"], "seller_state": rows["seller_state"].fillna(""),
        "seller_sales": seller["n"].fillna(0.0), "seller_rating": _rating(reviews["seller_id"]),
        "seller_reviews": reviews["seller_id"]["n"].fillna(0.0),
    })  # fmt: skip


def _when(rows: pd.DataFrame) -> pd.DataFrame:
    month, weekday = rows["timestamp"].dt.month.astype(str), rows["timestamp"].dt.day_of_week.astype(str)
    return pd.DataFrame({"month": month, "weekday": weekday})


def _both(company: Company, rows: pd.DataFrame) -> pd.DataFrame:
    pairs = before(rows, running(company.purchases, ["user_id", "category"]), ["user_id", "category"])
    return pd.DataFrame({
        "distance_km": _distance(company.places, rows["customer_zip"], rows["seller_zip"]),
        "same_state": (rows["customer_state"] == rows["seller_state"]).astype(float),
        "category_before": pairs["n"].fillna(0.0),
    })  # fmt: skip


def _days(now: pd.Series, then: pd.Series) -> pd.Series:
    days: pd.Series = (now - then).dt.total_seconds() / 86400
    return days.fillna(UNKNOWN_DAYS).clip(0.0, UNKNOWN_DAYS)


def _rating(known: pd.DataFrame) -> pd.Series:
    """Return the mean review so far, drawn towards the usual one while there are few."""
    n = known["n"].fillna(0.0)
    return (known["rating"].fillna(0.0) + PRIOR_REVIEWS * PRIOR_RATING) / (n + PRIOR_REVIEWS)


def _distance(places: pd.DataFrame, one: pd.Series, other: pd.Series) -> pd.Series:
    """Return kilometres along the great circle between zip prefixes, NaN where a place is not known."""
    at: Mapping[str, pd.Series] = {name: places.set_index("zip")[name].map(np.radians) for name in ("lat", "lng")}
    lat1, lat2 = one.map(at["lat"]), other.map(at["lat"])
    turn = np.sin((lat2 - lat1) / 2) ** 2
    turn = turn + np.cos(lat1) * np.cos(lat2) * np.sin((other.map(at["lng"]) - one.map(at["lng"])) / 2) ** 2
    return pd.Series(12742.0 * np.arcsin(np.sqrt(turn.clip(0.0, 1.0))), index=one.index)


def _microseconds(frame: pd.DataFrame) -> pd.DataFrame:
    if "timestamp" in frame:
        frame["timestamp"] = frame["timestamp"].astype("datetime64[us]")
    return frame
