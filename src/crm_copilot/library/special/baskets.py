"""What is bought together."""

from __future__ import annotations

import pandas as pd


def bought_together(
    order_items: pd.DataFrame, products: pd.DataFrame, level: str = "product_category", k: int = 10
) -> pd.DataFrame:
    """Pairs of products or categories by the number of orders that hold both."""
    items = order_items.merge(products[["product_id", "product_category"]], on="product_id")
    held = items[["order_id", level]].dropna().drop_duplicates()
    pairs = held.merge(held, on="order_id", suffixes=("_1", "_2"))
    pairs = pairs[pairs[f"{level}_1"] < pairs[f"{level}_2"]]
    result = pairs.groupby([f"{level}_1", f"{level}_2"], as_index=False).agg(orders=("order_id", "nunique"))
    result = result.sort_values(["orders", f"{level}_1", f"{level}_2"], ascending=[False, True, True])
    return result.head(k).reset_index(drop=True)


def bought_with(
    order_items: pd.DataFrame, products: pd.DataFrame, anchor: str = "bed_bath_table",
    level: str = "product_category", k: int = 10,
) -> pd.DataFrame:  # fmt: skip
    """What stands in the same orders as one category or product, by the number of such orders."""
    items = order_items.merge(products[["product_id", "product_category"]], on="product_id")
    held = items[["order_id", level]].dropna().drop_duplicates()
    orders = held[held[level] == anchor]["order_id"]
    others = held[held["order_id"].isin(orders) & (held[level] != anchor)]
    result = others.groupby(level, as_index=False).agg(orders=("order_id", "nunique"))
    result = result.sort_values(["orders", level], ascending=[False, True])
    return result.head(k).reset_index(drop=True)
