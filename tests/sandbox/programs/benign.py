"""Programs as analysts write them. Each must work, with the gate on and off, and give what it gives unconfined."""

from __future__ import annotations

PROGRAMS = {
    "one number": """
def answer(df):
    return len(df)
""",
    "mean by group, sorted": """
def answer(df, product_df):
    merged = df.merge(product_df, on="item_id", how="left")
    return merged.groupby("product_category")["score"].mean().sort_values(ascending=False).reset_index()
""",
    "imports inside the function": """
def monthly(orders):
    import pandas as pd
    from datetime import timedelta
    recent = orders[orders["order_purchase_timestamp"] > pd.Timestamp("2017-06-01") - timedelta(days=3)]
    return recent.resample("MS", on="order_purchase_timestamp")["order_id"].count()
""",
    "query with a variable": """
def answer(df, customer_df):
    least = 3.5
    city = "sao paulo"
    joined = df.merge(customer_df, on="user_id").query("score > @least and customer_city == @city")
    return joined.nlargest(5, "score")[["user_id", "score"]]
""",
    "eval and assign": """
def answer(order_items):
    total = order_items.eval("total = price + freight_value").assign(share=lambda d: d["freight_value"] / d["total"])
    return total[["total", "share"]].mean().round(4).to_dict()
""",
    "a class with private state": """
class Basket:
    TAX = 0.1

    def __init__(self, items):
        self._items = items

    @property
    def total(self):
        return float(self._items["price"].sum() * (1 + self.TAX))

    def __repr__(self):
        return f"Basket({self.total:.2f})"

def answer(order_items):
    return Basket(order_items).total
""",
    "a dataclass and sorted with a key": """
from dataclasses import dataclass

@dataclass
class City:
    name: str
    buyers: int

def answer(customer_df):
    cities = [City(name, len(part)) for name, part in customer_df.groupby("customer_city")]
    return [{"city": city.name, "buyers": city.buyers} for city in sorted(cities, key=lambda city: -city.buyers)]
""",
    "helpers before the answer": """
LIMIT = 2

def spread(values):
    return values.max() - values.min()

def answer(df):
    return df.groupby("item_id")["score"].agg(spread).nlargest(LIMIT)
""",
    "helpers after the answer": """
def answer(df):
    return {name: clean(value) for name, value in df["score"].describe().items()}

def clean(value):
    return round(float(value), 2)
""",
    "comprehensions and f-strings": """
def answer(df):
    best = {item: part["score"].max() for item, part in df.groupby("item_id")}
    return [f"{item}: {score:.1f}" for item, score in best.items() if score > 4.9]
""",
    "a generator": """
def answer(df):
    def running():
        total = 0.0
        for score in df["score"].head(20):
            total += score
            yield round(total, 3)
    return list(running())
""",
    "try and except": """
def answer(df):
    try:
        return df["no such column"].sum()
    except KeyError as error:
        return f"no column {error}"
""",
    "pivot table": """
def answer(orders):
    table = orders.pivot_table(
        index=orders["order_purchase_timestamp"].dt.year, columns="order_status", values="order_id", aggfunc="count"
    )
    return table.fillna(0).astype(int)
""",
    "cut, qcut and crosstab": """
def answer(order_items):
    bands = pd.cut(order_items["price"], [0, 50, 100, 1e9], labels=["low", "middle", "high"])
    quarters = pd.qcut(order_items["freight_value"], 4, labels=False)
    return pd.crosstab(bands, quarters)
""",
    "rolling mean": """
def answer(df):
    daily = df.set_index("timestamp").sort_index()["score"].resample("W").mean()
    return daily.rolling(4, min_periods=1).mean().tail(6).round(3)
""",
    "period and strftime": """
def answer(orders):
    month = orders["order_purchase_timestamp"].dt.to_period("M")
    counts = orders.groupby(month).size()
    return pd.DataFrame({"month": counts.index.strftime("%b %Y"), "orders": counts.values})
""",
    "mutating the input": """
def answer(df):
    df["double"] = df["score"] * 2
    df.loc[0, "score"] = 0
    df.drop(columns=["user_id"], inplace=True)
    return df[["score", "double"]].head(3)
""",
    "numpy where and select": """
def answer(df):
    level = np.select([df["score"] > 4, df["score"] > 2], ["high", "middle"], default="low")
    return pd.Series(level).value_counts().to_dict()
""",
    "a statsmodels formula": """
import statsmodels.formula.api as smf

def answer(order_items):
    model = smf.ols("freight_value ~ price + C(product_id)", data=order_items).fit()
    return {"r2": round(model.rsquared, 6), "slope": round(model.params["price"], 6)}
""",
    "k-means": """
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

def answer(df):
    users = df.groupby("user_id").agg(orders=("order_id", "nunique"), score=("score", "mean"))
    users["segment"] = KMeans(n_clusters=3, n_init=10, random_state=0).fit_predict(StandardScaler().fit_transform(users))
    return users.groupby("segment").agg(size=("orders", "size"), score=("score", "mean")).round(6)
""",
    "a random forest on all cores": """
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import cross_val_score, train_test_split

def answer(order_items):
    model = RandomForestRegressor(n_estimators=10, n_jobs=-1, random_state=0)
    return round(float(cross_val_score(model, order_items[["price"]], order_items["freight_value"], cv=3).mean()), 6)
""",
    "a linear forecast": """
from sklearn.linear_model import LinearRegression

def answer(df):
    monthly = df.set_index("timestamp").resample("MS")["score"].sum().reset_index()
    x = np.arange(len(monthly)).reshape(-1, 1)
    model = LinearRegression().fit(x, monthly["score"])
    return float(round(model.predict([[len(monthly)]])[0], 6))
""",
    "exponential smoothing": """
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

def answer(df):
    weekly = df.set_index("timestamp").sort_index()["score"].resample("W").mean().ffill()
    return round(float(SimpleExpSmoothing(weekly.to_numpy(), initialization_method="estimated").fit().forecast(1)[0]), 3)
""",
    "a test of means": """
from scipy import stats

def answer(df, customer_df):
    joined = df.merge(customer_df, on="user_id")
    groups = [part["score"] for _, part in joined.groupby("customer_city")]
    result = stats.ttest_ind(*groups, equal_var=False)
    return {"t": round(float(result.statistic), 6), "p": round(float(result.pvalue), 6)}
""",
    "correlation of ranks": """
def answer(order_items):
    return order_items[["price", "freight_value"]].corr(method="kendall").round(6)
""",
    "a bar chart": """
import matplotlib.pyplot as plt

def answer(df, product_df):
    counts = df.merge(product_df, on="item_id")["product_category"].value_counts()
    fig, ax = plt.subplots(figsize=(6, 4))
    ax.bar(counts.index, counts.values, color="steelblue")
    ax.set_title("Orders by category")
    plt.xticks(rotation=45)
    plt.tight_layout()
    return fig
""",
    "a line chart by pandas": """
def answer(df):
    monthly = df.groupby(df["timestamp"].dt.to_period("M"))["score"].sum()
    axes = monthly.plot(kind="line", marker="o", title="Score by month", grid=True)
    axes.set_ylabel("score")
    return axes
""",
    "a chart and its table": """
def answer(df):
    scores = df.groupby("item_id")["score"].mean()
    fig, (left, right) = plt.subplots(1, 2)
    scores.plot.barh(ax=left)
    df["score"].hist(ax=right, bins=10)
    return fig, scores.reset_index()
""",
    "text methods and regular expressions": """
import re

def answer(df):
    numbers = df["item_id"].str.extract(r"(\\d+)")[0].astype(int)
    named = [re.sub("item", "product ", item) for item in df["item_id"].unique()[:3]]
    return {"largest": int(numbers.max()), "first": named[0]}
""",
    "recency, frequency, value": """
def answer(df):
    last = df["timestamp"].max() + pd.Timedelta(days=1)
    rfm = df.groupby("user_id").agg(
        recency=("timestamp", lambda t: (last - t.max()).days), frequency=("order_id", "nunique"), value=("score", "sum")
    )
    for column in ("recency", "frequency", "value"):
        rfm[column[0]] = pd.qcut(rfm[column].rank(method="first"), 5, labels=range(1, 6)).astype(int)
    return rfm.sort_values("value", ascending=False).head(10)
""",
    "cohorts": """
def answer(df):
    month = df["timestamp"].dt.to_period("M")
    first = month.groupby(df["user_id"]).transform("min")
    age = (month.dt.year - first.dt.year) * 12 + month.dt.month - first.dt.month
    return df.groupby([first.rename("cohort"), age.rename("age")])["user_id"].nunique().unstack(fill_value=0).head(4)
""",
    "pairs bought together": """
from collections import Counter
from itertools import combinations

def answer(order_items):
    pairs = Counter()
    for _, items in order_items.groupby("order_id")["product_id"]:
        pairs.update(combinations(sorted(set(items)), 2))
    return [(first, second, count) for (first, second), count in sorted(pairs.items(), key=lambda p: (-p[1], p[0]))[:5]]
""",
    "printing and returning": """
def answer(df):
    print("rows:", len(df))
    for name in df.columns:
        print(name, df[name].dtype)
    return df.dtypes.astype(str)
""",
    "time zones": """
def answer(df):
    local = df["timestamp"].dt.tz_localize("UTC").dt.tz_convert("America/Sao_Paulo")
    return local.dt.hour.value_counts().sort_index().head(5)
""",
    "match and walrus": """
def answer(df):
    match len(df):
        case 0:
            return "nothing"
        case n if (half := n // 2) > 10:
            return f"{half} is half"
""",
}
