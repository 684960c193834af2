"""LightGBM's trees run by numpy foretell what LightGBM does, for what is missing and what was never seen as well."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from training.recommender import rivals
from training.recommender.forest import Forest

lightgbm = pytest.importorskip("lightgbm", reason="needs LightGBM: make dev-environment")
KINDS = {"kind": ["garden", "rare", "toys"]}


def rows(number: int, seed: int) -> pd.DataFrame:
    """Return rows with a category, two numbers with gaps, and one without."""
    chance = np.random.default_rng(seed)
    found = pd.DataFrame({"kind": chance.choice(KINDS["kind"], number), "price": chance.lognormal(3, 1, number)})
    found["weight"] = np.where(chance.random(number) < 0.2, np.nan, chance.lognormal(0, 1, number))
    return found.assign(pieces=chance.integers(-2, 5, number).astype(float))


def worth(found: pd.DataFrame) -> pd.Series:
    kind = found["kind"].map({"toys": 1.0, "garden": -1.0, "rare": 0.0})
    return np.log(found["price"]) * kind + found["weight"].fillna(3.0) + found["pieces"] ** 2


@pytest.fixture(scope="module")
def forest() -> Forest:
    known, held = rows(3000, 0), rows(300, 1)
    return rivals.boosted(known, worth(known), held, worth(held), 0)


def theirs(forest: Forest, found: pd.DataFrame) -> np.ndarray:
    kinds = pd.Categorical(found["kind"].where(found["kind"].isin(KINDS["kind"])), categories=KINDS["kind"])
    booster = lightgbm.Booster(model_str=forest.text)
    return np.asarray(booster.predict(found.assign(kind=kinds), num_threads=1))


def test_numpy_foretells_what_lightgbm_does(forest: Forest) -> None:
    found = rows(2000, 2)
    assert forest.predict(found).std() > 1
    np.testing.assert_allclose(forest.predict(found), theirs(forest, found), rtol=0, atol=1e-9)


def test_what_is_missing_or_new_goes_where_lightgbm_sends_it(forest: Forest) -> None:
    found = rows(300, 3)
    found.loc[:99, ["price", "pieces"]] = np.nan
    found.loc[100:199, "kind"] = "never seen"
    np.testing.assert_allclose(forest.predict(found), theirs(forest, found), rtol=0, atol=1e-9)


def test_a_number_on_a_threshold_goes_left_as_there(forest: Forest) -> None:
    edges, _ = forest._columns["price"]
    found = rows(len(edges), 4).assign(price=edges)
    np.testing.assert_allclose(forest.predict(found), theirs(forest, found), rtol=0, atol=1e-9)


def test_many_rows_are_foretold_in_parts(forest: Forest, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rows(10, 5)
    whole = forest.predict(found)
    monkeypatch.setattr("training.recommender.forest.ROWS_AT_ONCE", 3)
    np.testing.assert_array_equal(forest.predict(found), whole)
    assert len(forest.predict(found.iloc[:0])) == 0


def test_trees_that_cannot_be_followed_are_refused(forest: Forest) -> None:
    with pytest.raises(ValueError, match="0 for a missing number"):
        Forest(forest.text.replace("decision_type=", "decision_type=4 ", 1), KINDS)
