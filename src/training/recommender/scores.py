"""The table of scores that the tools read: for each customer the likeliest next products, each with its score.

    scores.parquet   user_id, item_id, place (from 0, likeliest first), chance (0 to 1), score (1 to 5, calibrated),
                     orders (of the customer, when this was written), sorted by user_id and place
    scores.json      version of the data, the day after which it was written, the models

Written by numpy from trained models; nothing here needs TensorFlow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crm_copilot.data import Dataset
from training.interactions import DAY, Company, features
from training.recommender.candidates import Market, Pairs
from training.recommender.models import Models, named
from training.recommender.next_purchase import ranked

DEPTH, CUSTOMERS_AT_ONCE = 30, 2000
TABLE, ABOUT = "scores.parquet", "scores.json"


def scored(company: Company, models: Models, users: pd.Series | None = None) -> Iterator[pd.DataFrame]:
    """Yield the scores of customers (all when none are named) as of the day after the last purchase."""
    now = company.purchases["timestamp"].max().normalize() + DAY
    market = Market(company, now)
    places = np.arange(len(market.users)) if users is None else market.rows_of(users)
    for start in range(0, len(places), CUSTOMERS_AT_ONCE):
        asked = places[start : start + CUSTOMERS_AT_ONCE]
        pairs = market.candidates(asked, np.full(len(asked), now, dtype="datetime64[us]"))
        yield _written(company, market, models, asked, _best(models, pairs))


def write(directory: Path, table: pd.DataFrame, models: Models, data: Dataset, version: str) -> None:
    """Write the table and what it was made from; a reader finds the old one or the new one."""
    directory.mkdir(parents=True, exist_ok=True)
    table = table.sort_values(["user_id", "place"], kind="stable").reset_index(drop=True)
    aside = directory / f"{TABLE}.new"
    table.to_parquet(aside, index=False, compression="zstd", row_group_size=20_000)
    about = {
        "data": version, "until": data.last_day.isoformat(), "model": named(models.served), "customers":
        int(table["user_id"].nunique()), "depth": DEPTH, "models": models.version,
    }  # fmt: skip
    aside.replace(directory / TABLE)
    (directory / ABOUT).write_text(json.dumps(about) + "\n", "utf-8")


def about(directory: Path) -> Mapping[str, Any] | None:
    """Return what a table was made from, None where there is none."""
    try:
        found: Mapping[str, Any] = json.loads((directory / ABOUT).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if (directory / TABLE).exists() else None


def chances(models: Models, pairs: Pairs) -> NDArray[np.float64]:
    """Return how likely each candidate is in the next order, as the mean of the networks."""
    encoded = models.encoders["next_purchase"].transform(pairs.known)
    odds = np.mean([network.predict(encoded) for network in models.next_purchase], axis=0)
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def _best(models: Models, pairs: Pairs) -> pd.DataFrame:
    return ranked(pairs, chances(models, pairs), DEPTH)


def _written(
    company: Company, market: Market, models: Models, asked: NDArray[np.int64], best: pd.DataFrame
) -> pd.DataFrame:
    user = asked[best["row"].to_numpy()]
    rows = offers(company, market, user, best["item"].to_numpy())
    return pd.DataFrame({
        "user_id": rows["user_id"], "item_id": rows["item_id"], "place": best["place"].to_numpy(np.int16),
        "chance": best["weight"].to_numpy().round(5).astype(np.float32),
        "score": models.worth(features(company, rows)).round(2).astype(np.float32),
        "orders": market.orders[user].astype(np.int32),
    })  # fmt: skip


def offers(company: Company, market: Market, user: NDArray[np.int64], item: NDArray[np.int64]) -> pd.DataFrame:
    """Return one unit of each product offered to a customer now, at its last price, by its last seller."""
    bought = company.purchases
    place = bought.groupby("user_id")[["customer_city", "customer_state", "customer_zip"]].last()
    thing = bought.groupby("item_id")[["price", "seller_id"]].last()
    found = pd.DataFrame({"user_id": market.users[user], "item_id": market.items[item], "timestamp": market.moment})
    found["timestamp"] = found["timestamp"].astype("datetime64[us]")
    return found.join(place, on="user_id").join(thing, on="item_id").assign(quantity=1.0)
