"""Interactions: their features know nothing of the purchase itself, nor of anything after it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_copilot.bootstrap import House
from training.interactions import Company, features, split


@pytest.fixture(scope="module")
def company(house: House) -> Company:
    return Company.of(house.dataset)


def test_there_is_one_row_for_each_order_and_product(company: Company, house: House) -> None:
    with house.dataset.connect() as data:
        (number,) = data.execute("SELECT count(*) FROM df").fetchone() or (0,)
    assert len(company.purchases) == number
    assert set(company.purchases["score"].unique()) == {1.0, 2.0, 3.0, 4.0, 5.0}


def test_features_know_only_what_was_known_before_the_purchase(company: Company) -> None:
    whole = features(company, company.purchases)
    for place in (200, 700, 1200):
        moment = company.purchases["timestamp"].iloc[place]
        asked = company.purchases[company.purchases["timestamp"] == moment]
        then = features(company.until(moment), asked)
        pd.testing.assert_frame_equal(then, whole.loc[asked.index], check_dtype=False)


def test_a_changed_future_changes_no_feature(company: Company) -> None:
    moment = company.purchases["timestamp"].iloc[len(company.purchases) // 2]
    later = company.purchases["timestamp"] > moment
    bought = company.purchases.copy()
    bought.loc[later, ["price", "freight"]] *= 100
    bought.loc[later, "score"] = 1.0
    reviews = company.reviews.copy()
    reviews.loc[reviews["timestamp"] > moment, "rating"] = 1.0
    other = Company(bought, reviews, company.products, company.sellers, company.places)
    asked = company.purchases[~later]
    pd.testing.assert_frame_equal(features(other, asked), features(company, asked))


def test_the_score_is_no_feature(company: Company) -> None:
    changed = company.purchases.assign(score=3.0)
    other = Company(changed, company.reviews, company.products, company.sellers, company.places)
    pd.testing.assert_frame_equal(features(other, changed), features(company, company.purchases))


def test_the_parts_follow_each_other_in_time(company: Company) -> None:
    train, validation, test = split(company.purchases)
    assert len(train) + len(validation) + len(test) == len(company.purchases)
    assert len(test) == pytest.approx(len(company.purchases) / 5, abs=1)
    assert train["timestamp"].max() <= validation["timestamp"].min()
    assert validation["timestamp"].max() <= test["timestamp"].min()


def test_past_purchases_are_counted(company: Company) -> None:
    bought = company.purchases
    person = bought["user_id"].value_counts().index[0]
    own = features(company, bought).loc[bought["user_id"] == person]
    spent = bought.loc[bought["user_id"] == person]
    first, last = spent["timestamp"].min(), spent["timestamp"].max()
    assert (own.loc[spent["timestamp"] == first, "customer_purchases"] == 0).all()
    before = spent[spent["timestamp"] < last]
    assert own["customer_purchases"].iloc[-1] == len(before)
    assert own["customer_spend"].iloc[-1] == pytest.approx(before["price"].sum())
    assert own["customer_recency_days"].iloc[-1] == pytest.approx(
        (last - before["timestamp"].max()) / pd.Timedelta(days=1)
    )


def test_the_distance_is_that_of_the_map(company: Company) -> None:
    found = features(company, company.purchases)["distance_km"].dropna()
    assert len(found) > 0.5 * len(company.purchases)
    assert 0 <= found.min() < 50 < np.median(found) < found.max() < 5000, "Brazil is 4,300 km wide"
