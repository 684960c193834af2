"""Candidates and rankings of the next purchase, on a company small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from training.interactions import Company
from training.recommender.candidates import NUMBERS, Market
from training.recommender.next_purchase import by_co_purchase, by_popularity, interval, judge, lessons, months, ranked

# Ann took a then b; so did Bob; Cid took a, then b in June. Dora took c.
BOUGHT = [
    ("ann", "a", "2018-01-05"), ("ann", "b", "2018-02-05"), ("bob", "a", "2018-01-06"), ("bob", "b", "2018-02-06"),
    ("cid", "a", "2018-03-01"), ("dora", "c", "2018-03-02"), ("dora", "d", "2018-05-02"), ("cid", "b", "2018-06-10"),
]  # fmt: skip


@pytest.fixture
def company() -> Company:
    rows = pd.DataFrame(BOUGHT, columns=["user_id", "item_id", "timestamp"])
    kinds = {"a": "x", "b": "x", "c": "y", "d": "y"}
    rows = rows.assign(
        order_id=[f"o{n}" for n in range(len(rows))], timestamp=pd.to_datetime(rows["timestamp"]), score=3.0,
        price=10.0, freight=1.0, seller_id="s", quantity=1.0, category=rows["item_id"].map(kinds),
        customer_city="here", customer_state="SP", customer_zip="1",
    )  # fmt: skip
    empty = pd.DataFrame()
    return Company(rows, pd.DataFrame({"timestamp": pd.to_datetime([])}), empty, empty, empty)


def test_a_market_knows_nothing_of_its_own_moment(company: Company) -> None:
    market = Market(company, pd.Timestamp("2018-02-05"))
    assert set(market.items) == {"a"}
    assert set(market.users) == {"ann", "bob"}


def test_candidates_come_with_what_others_took(company: Company) -> None:
    market = Market(company, pd.Timestamp("2018-06-01"))
    pairs = market.candidates(market.rows_of(pd.Series(["cid"])), np.array(["2018-06-10"], dtype="datetime64[us]"))
    known = pairs.known.set_index(market.items[pairs.item])
    assert set(NUMBERS) <= set(known)
    assert (known.loc["b", "together_count"], known.loc["d", "together_count"]) == (2.0, 0.0)
    assert (known.loc["a", "own_times"], known.loc["b", "own_times"]) == (1.0, 0.0)
    assert known.loc["a", "own_days"] == 101.0
    assert (known.loc["b", "same_category"], known.loc["c", "same_category"]) == (1.0, 0.0)


def test_months_hold_the_orders_of_people_who_were_known(company: Company) -> None:
    found = list(months(company, pd.Timestamp("2018-05-01"), pd.Timestamp("2018-07-01")))
    assert [list(month.orders["user_id"]) for month in found] == [["dora"], ["cid"]]
    rows, taken = lessons(found[1:], seed=0)
    assert (len(rows), taken.sum()) == (len(taken), 1.0)


def test_recall_and_ndcg_are_those_of_the_place(company: Company) -> None:
    found = list(months(company, pd.Timestamp("2018-05-01"), pd.Timestamp("2018-07-01")))
    first = judge(found[1:], by_co_purchase, k=1)
    assert (first.recall.tolist(), first.ndcg.tolist(), first.named) == ([1.0], [1.0], frozenset({"b"}))
    missed = judge(found[:1], by_popularity, k=10)
    assert missed.recall.tolist() == [0.0], "d was never sold before, so it could not be named"
    second = judge(
        found[1:],
        lambda market, pairs: (market.items[pairs.item] == "a") * 1.0 + by_co_purchase(market, pairs) / 1e3,
        k=2,
    )
    assert second.ndcg.tolist() == [pytest.approx(1 / np.log2(3))]


def test_the_best_come_first_and_no_more_than_k(company: Company) -> None:
    market = Market(company, pd.Timestamp("2018-06-01"))
    pairs = market.candidates(
        np.arange(len(market.users)), np.full(len(market.users), np.datetime64("2018-06-10", "us"))
    )
    best = ranked(pairs, by_co_purchase(market, pairs), 2)
    assert best.groupby("row").size().max() == 2
    assert (best.groupby("row")["weight"].diff().dropna() <= 0).all()


def test_an_interval_holds_the_mean_and_narrows() -> None:
    few, many = np.array([0.0, 1.0] * 5), np.array([0.0, 1.0] * 500)
    (low, high), (lower, higher) = interval(few), interval(many)
    assert low < 0.5 < high
    assert high - low > 3 * (higher - lower)
