"""The derived tables against another computation, written with pandas from the files themselves."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crm_copilot.data import Dataset, load

from .conftest import CUSTOMERS, ITEMS, ORDERS, PRODUCTS, REVIEWS, TRANSLATION, Company, opened


def _scaled(values: pd.Series) -> pd.Series:
    scaled: pd.Series = (values - values.min()) / (values.max() - values.min())
    return scaled


def _interactions(files: Path) -> pd.DataFrame:
    """Return df as LLM_CRM_PERSO's notebooks make it, from the files."""
    items, reviews = pd.read_csv(files / ITEMS), pd.read_csv(files / REVIEWS)
    lines = items.groupby(["order_id", "product_id", "price"]).size().reset_index(name="quantity")
    lines["cost"] = _scaled(lines["quantity"] * lines["price"])
    rating = reviews.groupby("order_id")["review_score"].mean().rename("rating")
    merged = lines.merge(rating, on="order_id", how="left").fillna({"rating": 0.0})
    pairs = merged.groupby(["order_id", "product_id"]).agg(cost=("cost", "sum"), rating=("rating", "mean"))
    worth = pairs["cost"].replace(0, 0.1) * _scaled(pairs["rating"]).replace(0, 0.1)
    bounds = worth.quantile([0, 0.2, 0.4, 0.6, 0.8, 1]).tolist()
    fifth = pd.cut(worth, bounds, labels=[1.0, 2.0, 3.0, 4.0, 5.0], include_lowest=True)
    orders = pd.read_csv(files / ORDERS, parse_dates=["order_purchase_timestamp"])
    orders = orders.merge(pd.read_csv(files / CUSTOMERS), on="customer_id")
    expected = fifth.astype(float).rename("score").reset_index().merge(orders, on="order_id")
    names = {"customer_unique_id": "user_id", "product_id": "item_id", "order_purchase_timestamp": "timestamp"}
    return expected.rename(columns=names)


def _compared(data: Dataset, files: Path) -> None:
    columns = ["order_id", "user_id", "item_id", "timestamp", "score"]
    key = ["order_id", "item_id"]
    found = pd.read_feather(data.frames["df"])
    assert list(found.columns) == columns
    expected = _interactions(files)[columns].sort_values(key, ignore_index=True)
    found = found.sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_interactions_are_those_of_the_notebooks(tiny: Dataset, tiny_files: Path) -> None:
    _compared(tiny, tiny_files)


def test_interactions_of_the_real_sample(real: Dataset, real_files: Path) -> None:
    _compared(real, real_files)


def test_scores_are_fifths(real: Dataset) -> None:
    scores = pd.read_feather(real.frames["df"])["score"].value_counts(normalize=True)
    assert scores.sort_index().tolist() == pytest.approx([0.2] * 5, abs=0.01)


def test_one_row_for_each_order_and_product(real: Dataset, real_files: Path) -> None:
    items = pd.read_csv(real_files / ITEMS)
    assert real.info.rows["df"] == len(items.drop_duplicates(["order_id", "product_id"]))


def test_a_person_lives_where_they_bought_last(company: Company, home: Path) -> None:
    orders, customers = pd.read_csv(company.path(ORDERS)), pd.read_csv(company.path(CUSTOMERS), dtype=str)
    items = pd.read_csv(company.path(ITEMS))
    last = orders[orders["order_id"].isin(items["order_id"])].sort_values("order_purchase_timestamp").iloc[-1]
    customers["customer_unique_id"] = "one"
    customers.loc[customers["customer_id"] == last["customer_id"], "customer_city"] = "lastville"
    customers.to_csv(company.path(CUSTOMERS), index=False)
    load(company.directory, home)
    found = pd.read_feather(opened(home).frames["customer_df"])
    assert found.to_dict("records") == [{"user_id": "one", "customer_city": "lastville"}]


def test_products_of_df_and_only_those(tiny: Dataset) -> None:
    sold = pd.read_feather(tiny.frames["df"])["item_id"].unique()
    found = pd.read_feather(tiny.frames["product_df"])
    assert sorted(found["item_id"]) == sorted(sold)


def test_a_category_without_translation_is_empty_in_english(company: Company, home: Path) -> None:
    row = next(row for row, line in enumerate(company.lines(PRODUCTS), 1) if ",beleza_saude," in line)
    company.cell(PRODUCTS, row, "product_category_name", "coisas_novas")
    company.write(TRANSLATION, [line for line in company.lines(TRANSLATION) if "telefonia," not in line])
    load(company.directory, home)
    products = pd.read_feather(opened(home).frames["products"])
    names = products.groupby("product_category_name")["product_category"].unique().str[0].to_dict()
    assert {name for name, english in names.items() if pd.isna(english)} == {"coisas_novas", "telefonia", "pc_gamer"}
    assert names["beleza_saude"] == "health_beauty"
    assert products["product_category"][products["product_category_name"].isna()].isna().all()


def test_the_view_joins_without_losing_or_repeating_items(tiny: Dataset) -> None:
    with tiny.connect() as connection:
        rows, total = connection.execute("SELECT count(*), sum(price) FROM sales").fetchone() or (0, 0)
        wanted = connection.execute("SELECT count(*), sum(price) FROM order_items").fetchone() or (0, 0)
        cities = connection.execute("SELECT count(seller_city), count(customer_city) FROM sales").fetchone()
    assert (rows, total) == (wanted[0], pytest.approx(wanted[1]))
    assert cities == (rows, rows)


def test_a_company_with_one_item_has_a_score(company: Company, home: Path) -> None:
    """Nothing can be scaled where lowest and highest are the same."""
    company.write(ITEMS, company.lines(ITEMS)[:2])
    load(company.directory, home)
    assert pd.read_feather(opened(home).frames["df"])["score"].tolist() == [1.0]
