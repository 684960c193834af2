"""What the networks are judged against: a constant, means, gradient boosting on the same features, lines.

Each rival is a function of the training rows that returns the predictions for other rows.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from crm_copilot.errors import OperatorError

Floats = NDArray[np.float64]
PRIOR = 5.0
_TREES = {
    "objective": "regression", "learning_rate": 0.03, "num_leaves": 15, "min_data_in_leaf": 20, "verbose": -1,
    "feature_fraction": 0.8, "bagging_fraction": 0.8, "bagging_freq": 1, "cat_smooth": 50, "num_threads": 1,
    "deterministic": True, "force_col_wise": True,
}  # fmt: skip
MOST_TREES, PATIENCE = 2000, 60


def constant(scores: pd.Series, rows: pd.DataFrame) -> Floats:
    """Foretell the mean of all scores."""
    return np.full(len(rows), float(scores.mean()))


def mean_of(name: str, known: pd.DataFrame, scores: pd.Series, rows: pd.DataFrame) -> Floats:
    """Foretell the mean score of rows with the same value, drawn towards the mean of all where there are few."""
    groups = scores.groupby(known[name]).agg(["sum", "size"])
    means = (groups["sum"] + PRIOR * scores.mean()) / (groups["size"] + PRIOR)
    return np.asarray(rows[name].map(means).fillna(scores.mean()), dtype=np.float64)


class Trees:
    """Gradient boosting on the features as they are; `categories` are the values of each category that it knows."""

    def __init__(self, booster: Any, categories: Mapping[str, Sequence[str]]) -> None:
        self.booster, self.categories = booster, categories

    @classmethod
    def fit(
        cls, known: pd.DataFrame, scores: pd.Series, held: pd.DataFrame, held_scores: pd.Series, seed: int
    ) -> Trees:
        """Learn from rows; how many trees is told by rows held back."""
        lightgbm = _lightgbm()
        kinds = {str(name): sorted(values.unique()) for name, values in known.items() if not is_numeric_dtype(values)}
        booster = lightgbm.train(
            _TREES | {"seed": seed}, lightgbm.Dataset(_shaped(known, kinds), scores), MOST_TREES,
            valid_sets=[lightgbm.Dataset(_shaped(held, kinds), held_scores)],
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )  # fmt: skip
        return cls(booster, kinds)

    def predict(self, rows: pd.DataFrame) -> Floats:
        """Return the predicted score of each row."""
        return np.asarray(self.booster.predict(_shaped(rows, self.categories), num_threads=1), dtype=np.float64)


def read_trees(texts: Sequence[str], categories: Mapping[str, Sequence[str]]) -> list[Trees]:
    """Return the gradient boosting of these texts, none where LightGBM is not installed."""
    if importlib.util.find_spec("lightgbm") is None:
        return []
    lightgbm = _lightgbm()
    return [Trees(lightgbm.Booster(model_str=text), categories) for text in texts]


def _shaped(rows: pd.DataFrame, categories: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    return rows.assign(
        **{name: pd.Categorical(rows[name], categories=pd.Index(known)) for name, known in categories.items()}
    )


def _lightgbm() -> Any:
    try:
        import lightgbm
    except ModuleNotFoundError as error:
        raise OperatorError("lightgbm is not installed here; run 'make recommender-environment'") from error
    return lightgbm
