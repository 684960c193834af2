"""From lead to seller to first sale."""

from __future__ import annotations

import pandas as pd


def days_to_first_sale(
    deals: pd.DataFrame, order_items: pd.DataFrame, orders: pd.DataFrame, how: str = "mean"
) -> float:
    """Days from the won deal to the seller's first order, over sellers whose first order came after it."""
    items = order_items.merge(orders[["order_id", "order_purchase_timestamp"]], on="order_id")
    first = items.groupby("seller_id")["order_purchase_timestamp"].min()
    days = (deals["seller_id"].map(first) - deals["won_date"]).dt.total_seconds() / 86400
    return float(days[days >= 0].agg(how))


def funnel_stages(leads: pd.DataFrame, deals: pd.DataFrame, order_items: pd.DataFrame) -> pd.DataFrame:
    """How many leads there were, how many closed, and how many of the new sellers have sold something."""
    counts = [
        len(leads),
        leads["mql_id"].isin(deals["mql_id"]).sum(),
        deals["seller_id"].isin(order_items["seller_id"]).sum(),
    ]
    result = pd.DataFrame({"stage": ["leads", "closed deals", "sellers with a sale"], "number": counts})
    result["of_leads_pct"] = result["number"] / len(leads) * 100
    return result
