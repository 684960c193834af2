"""What the networks are judged against: a constant, means, gradient boosting on the same features, a line.

Each rival is a function of the training rows that returns the predictions for other rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from crm_copilot.errors import OperatorError
from training.recommender.forest import Forest

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


def line_through(name: str, known: pd.DataFrame, scores: pd.Series, rows: pd.DataFrame) -> Floats:
    """Foretell a straight line through the logarithm of a number."""
    line = np.polyfit(np.log1p(known[name]), scores, 1)
    return np.asarray(np.polyval(line, np.log1p(rows[name])), dtype=np.float64)


def boosted(
    known: pd.DataFrame, scores: pd.Series, held: pd.DataFrame, held_scores: pd.Series, seed: int
) -> Forest:  # fmt: skip
    """Return gradient boosting on the features as they are; how many trees is told by rows held back."""
    lightgbm = _lightgbm()
    kinds = {str(name): sorted(values.unique()) for name, values in known.items() if not is_numeric_dtype(values)}
    booster = lightgbm.train(
        _TREES | {"seed": seed}, lightgbm.Dataset(_shaped(known, kinds), scores), MOST_TREES,
        valid_sets=[lightgbm.Dataset(_shaped(held, kinds), held_scores)],
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )  # fmt: skip
    return Forest(booster.model_to_string(), kinds)


def _shaped(rows: pd.DataFrame, categories: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    kinds = {name: rows[name].where(rows[name].isin(known)) for name, known in categories.items()}
    return rows.assign(
        **{name: pd.Categorical(values, categories=pd.Index(categories[name])) for name, values in kinds.items()}
    )


def _lightgbm() -> Any:
    try:
        import lightgbm
    except ModuleNotFoundError as error:
        raise OperatorError("lightgbm is not installed here; run 'make recommender-environment'") from error
    return lightgbm
