"""What the data cover, and the key figures at one glance."""

from __future__ import annotations

import pandas as pd


def date_range(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the days of the first and the last order."""
    bought = orders["order_purchase_timestamp"]
    return pd.DataFrame({"first_order": [bought.min()], "last_order": [bought.max()]})


def key_figures(
    orders: pd.DataFrame, order_items: pd.DataFrame, customers: pd.DataFrame, reviews: pd.DataFrame,
    start: str = "1990-01-01", end: str = "2100-01-01",
) -> pd.DataFrame:  # fmt: skip
    """Return orders, customers, revenue, ticket, delivery and review figures in one row each."""
    bought = orders["order_purchase_timestamp"]
    chosen = orders[(bought >= start) & (bought < end)]
    items = order_items[order_items["order_id"].isin(chosen["order_id"])]
    people = chosen.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    delivered = chosen[chosen["order_delivered_customer_date"].notna()]
    took = (
        delivered["order_delivered_customer_date"] - delivered["order_purchase_timestamp"]
    ).dt.total_seconds() / 86400
    late = delivered["order_delivered_customer_date"] > delivered["order_estimated_delivery_date"]
    scores = reviews[reviews["order_id"].isin(chosen["order_id"])]["review_score"]
    figures = {
        "orders": len(chosen),
        "customers": people["customer_unique_id"].nunique(),
        "revenue": items["price"].sum(),
        "freight": items["freight_value"].sum(),
        "average_order_value": items["price"].sum() / items["order_id"].nunique(),
        "average_delivery_days": took.mean(),
        "late_rate_pct": late.mean() * 100,
        "average_review_score": scores.mean(),
    }
    return pd.DataFrame({"figure": list(figures), "value": list(figures.values())})
