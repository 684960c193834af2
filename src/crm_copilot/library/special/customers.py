"""How customers come back: gaps, cohorts, segments, those who stayed away."""

from __future__ import annotations

import pandas as pd


def days_between_orders(
    orders: pd.DataFrame, customers: pd.DataFrame, how: str = "mean", first_only: bool = False
) -> float:
    """Days between an order and the customer's next one (or between the first two only)."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    rows = rows.sort_values(["customer_unique_id", "order_purchase_timestamp"])
    rows["gap"] = rows.groupby("customer_unique_id")["order_purchase_timestamp"].diff()
    rows["number"] = rows.groupby("customer_unique_id").cumcount()
    gaps = rows[rows["number"] == 1]["gap"] if first_only else rows["gap"]
    gaps = gaps.dropna().dt.total_seconds() / 86400
    return float(gaps.agg(how))


def days_between_orders_by_customer(
    orders: pd.DataFrame, customers: pd.DataFrame, minimum: int = 2, k: int = 10_000
) -> pd.DataFrame:
    """Mean days between the orders of each customer who has at least so many of them."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    result = rows.groupby("customer_unique_id", as_index=False).agg(
        orders=("order_id", "nunique"),
        first=("order_purchase_timestamp", "min"),
        last=("order_purchase_timestamp", "max"),
    )
    result = result[result["orders"] >= max(2, minimum)]
    days = (result["last"] - result["first"]).dt.total_seconds() / 86400
    result["days_between_orders"] = days / (result["orders"] - 1)
    result = result.sort_values(["days_between_orders", "customer_unique_id"])
    return result[["customer_unique_id", "orders", "days_between_orders"]].head(k).reset_index(drop=True)


def second_order_within(orders: pd.DataFrame, customers: pd.DataFrame, days: float = 30) -> int:
    """Number of customers whose second order came within so many days of their first."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    rows = rows.sort_values(["customer_unique_id", "order_purchase_timestamp"])
    times = rows.groupby("customer_unique_id")["order_purchase_timestamp"]
    gaps = (
        times.nth(1).to_numpy()
        - rows[rows["customer_unique_id"].duplicated(keep=False)]
        .groupby("customer_unique_id")["order_purchase_timestamp"]
        .min()
        .to_numpy()
    )
    return int((pd.Series(gaps).dt.total_seconds() / 86400 <= days).sum())


def bought_again(
    orders: pd.DataFrame, customers: pd.DataFrame, start: str = "2017-01-01", end: str = "2018-01-01",
    again_start: str = "2018-01-01", again_end: str = "2019-01-01", percent: bool = False, lost: bool = False,
) -> float:  # fmt: skip
    """Of the customers who bought in one period, how many (or what percentage) bought (or did not buy) in another."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    bought = rows["order_purchase_timestamp"]
    first = rows[(bought >= start) & (bought < end)]["customer_unique_id"].drop_duplicates()
    later = rows[(bought >= again_start) & (bought < again_end)]["customer_unique_id"]
    kept = int((first.isin(later) != lost).sum())
    return kept / len(first) * 100 if percent else kept


def lapsed_customers(
    orders: pd.DataFrame, customers: pd.DataFrame, since: str = "2018-04-01", percent: bool = False
) -> float:
    """Number (or percentage) of customers whose last order was before a day."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    last = rows.groupby("customer_unique_id")["order_purchase_timestamp"].max()
    lapsed = int((last < since).sum())
    return lapsed / len(last) * 100 if percent else lapsed


def cohort_retention(orders: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Customers of each month of first purchase who bought again so many months later, and their share."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    first = rows.groupby("customer_unique_id")["order_purchase_timestamp"].transform("min")
    bought = rows["order_purchase_timestamp"]
    rows["cohort"] = first.dt.strftime("%Y-%m")
    rows["months_later"] = (bought.dt.year - first.dt.year) * 12 + bought.dt.month - first.dt.month
    result = rows.groupby(["cohort", "months_later"], as_index=False).agg(customers=("customer_unique_id", "nunique"))
    size = result[result["months_later"] == 0].set_index("cohort")["customers"]
    result["retention_pct"] = result["customers"] / result["cohort"].map(size) * 100
    return result


def cohort_sizes(
    orders: pd.DataFrame, customers: pd.DataFrame, grain: str = "M", start: str = "1990-01-01", end: str = "2100-01-01"
) -> pd.DataFrame:
    """Customers by period of first purchase, and how many of them ever bought again."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    people = rows.groupby("customer_unique_id", as_index=False).agg(
        first=("order_purchase_timestamp", "min"), orders=("order_id", "nunique")
    )
    people = people[(people["first"] >= start) & (people["first"] < end)]
    periods = people["first"].dt.to_period(grain).astype(str)
    people["cohort"] = periods.str.replace("Q", "-Q") if grain == "Q" else periods
    people["again"] = people["orders"] >= 2
    result = people.groupby("cohort", as_index=False).agg(customers=("orders", "size"), came_back=("again", "sum"))
    result["came_back_pct"] = result["came_back"] / result["customers"] * 100
    return result


def rfm_segments(orders: pd.DataFrame, customers: pd.DataFrame, order_items: pd.DataFrame) -> pd.DataFrame:
    """Customers by RFM segment: fifths of recency and spend, and whether they came back."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    rows["spend"] = rows["order_id"].map(order_items.groupby("order_id")["price"].sum()).fillna(0)
    last_day = rows["order_purchase_timestamp"].max()
    people = rows.groupby("customer_unique_id", as_index=False).agg(
        last=("order_purchase_timestamp", "max"), frequency=("order_id", "nunique"), monetary=("spend", "sum")
    )
    people["recency_days"] = (last_day - people["last"]).dt.days
    people["recency"] = pd.qcut(
        people["recency_days"].rank(method="first", ascending=False), 5, labels=range(1, 6)
    ).astype(int)
    people["money"] = pd.qcut(people["monetary"].rank(method="first"), 5, labels=range(1, 6)).astype(int)
    people["segment"] = "others"
    people.loc[(people["recency"] >= 4) & (people["money"] <= 3), "segment"] = "recent"
    people.loc[(people["recency"] >= 4) & (people["money"] >= 4), "segment"] = "recent big spenders"
    people.loc[(people["recency"] <= 2) & (people["money"] >= 4), "segment"] = "at risk big spenders"
    people.loc[(people["recency"] <= 2) & (people["money"] <= 3), "segment"] = "lost"
    people.loc[people["frequency"] >= 2, "segment"] = "came back"
    result = people.groupby("segment", as_index=False).agg(
        customers=("monetary", "size"), average_recency_days=("recency_days", "mean"),
        average_orders=("frequency", "mean"), average_spend=("monetary", "mean"), total_spend=("monetary", "sum"),
    )  # fmt: skip
    return result.sort_values("customers", ascending=False).reset_index(drop=True)


def rfm_by_customer(
    orders: pd.DataFrame, customers: pd.DataFrame, order_items: pd.DataFrame, k: int = 10_000
) -> pd.DataFrame:
    """Recency in days before the last day of the data, number of orders and spend of each customer."""
    rows = orders.merge(customers[["customer_id", "customer_unique_id"]], on="customer_id")
    rows["spend"] = rows["order_id"].map(order_items.groupby("order_id")["price"].sum()).fillna(0)
    last_day = rows["order_purchase_timestamp"].max()
    result = rows.groupby("customer_unique_id", as_index=False).agg(
        last=("order_purchase_timestamp", "max"), frequency=("order_id", "nunique"), monetary=("spend", "sum")
    )
    result["recency_days"] = (last_day - result["last"]).dt.days
    result = result.sort_values(["monetary", "customer_unique_id"], ascending=[False, True])
    return result[["customer_unique_id", "recency_days", "frequency", "monetary"]].head(k).reset_index(drop=True)
