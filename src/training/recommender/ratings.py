"""Which model foretells the score of an interaction best: networks, gradient boosting, means, a constant.

All learn from the same rows and, but for collaborative filtering, from the same features; how long is told by the
validation rows; figures are made on the newest fifth.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.interactions import Company, features, split
from training.recommender.encoding import Encoded, Encoder, Floats
from training.recommender.forest import Forest
from training.recommender.models import HIGH, LOW, Models
from training.recommender.rivals import boosted, constant, line_through, mean_of

CATEGORIES = ("product_category", "customer_state")
NUMBERS = (
    "offer_cost", "offer_quantity", "product_weight", "product_volume", "distance_km", "product_freight",
    "seller_rating", "product_rating", "product_description",
)  # fmt: skip
STEPS = {"offer_cost": 128}
VOLUMES = (0, 1, 3, 10, 10**9)
Predictions = dict[str, list[NDArray[np.float64]]]


@dataclass(frozen=True)
class Task:
    """Rows with their features and scores, and which of them are for training, validation and test."""

    rows: pd.DataFrame
    scores: pd.Series
    train: pd.Index
    validation: pd.Index
    test: pd.Index

    @classmethod
    def of(cls, company: Company) -> Task:
        """Return the task of a company; the parts follow each other in time."""
        bought = company.purchases
        rows = features(company, bought).assign(user_id=bought["user_id"], item_id=bought["item_id"])
        train, validation, test = (part.index for part in split(bought))
        return cls(rows, bought["score"], train, validation, test)

    def encoders(self) -> dict[str, Encoder]:
        """Return the encoder of collaborative filtering and that of all other networks."""
        known = self.rows.loc[self.train]
        return {
            "cf": Encoder.fit(known, ("user_id", "item_id"), (), {}),
            "rating": Encoder.fit(known, CATEGORIES, NUMBERS, STEPS),
        }

    def encoded(self, encoder: Encoder, part: pd.Index) -> tuple[Encoded, Floats]:
        """Return rows of one part for a network, with their scores."""
        return encoder.transform(self.rows.loc[part]), self.scores[part].to_numpy(np.float32)

    def plain(self, part: pd.Index) -> pd.DataFrame:
        """Return rows of one part for gradient boosting: the features of the networks as they are."""
        return self.rows.loc[part, [*CATEGORIES, *NUMBERS]]


def trees(task: Task, seeds: Sequence[int]) -> list[Forest]:
    """Return gradient boosting trained with each seed."""
    known, held = task.train, task.validation
    return [boosted(task.plain(known), task.scores[known], task.plain(held), task.scores[held], n) for n in seeds]


def predictions(task: Task, models: Models) -> Predictions:
    """Return what each model and its rivals foretell of the test, by name, one list per seed."""
    known, rows, scores = task.rows.loc[task.train], task.rows.loc[task.test], task.scores[task.train]
    rivals = {
        "constant": constant(scores, rows), "mean of the category": mean_of("product_category", known, scores, rows),
        "mean of the product": mean_of("item_id", known, scores, rows),
        "popularity": line_through("product_sales", known, scores, rows),
    }  # fmt: skip
    found = {name: [np.clip(one, LOW, HIGH)] for name, one in rivals.items()}
    return found | {kind: models.foretold(kind, rows) for kind in models.kinds}


def rmse(task: Task, found: Predictions, chosen: NDArray[np.bool_] | None = None) -> dict[str, dict[str, float]]:
    """Return mean and deviation over seeds of the root of the mean squared error on the test, or on chosen rows."""
    rows = np.full(len(task.test), True) if chosen is None else chosen
    scores, figures = task.scores[task.test].to_numpy()[rows], {}
    for name, several in found.items():
        errors = [float(np.sqrt(np.mean((one[rows] - scores) ** 2))) for one in several]
        figures[name] = {"mean": float(np.mean(errors)), "sd": float(np.std(errors)), "n": len(scores)}
    return figures


def by_volume(task: Task, found: Predictions) -> dict[str, dict[str, dict[str, float]]]:
    """Return the same by how often the product had sold before."""
    sold = task.rows.loc[task.test, "product_sales"].to_numpy()
    groups = {_volume(low, high): (sold >= low) & (sold < high) for low, high in itertools.pairwise(VOLUMES)}
    return {name: rmse(task, found, chosen) for name, chosen in groups.items() if chosen.any()}


def _volume(low: int, high: int) -> str:
    return f"{low} to {high - 1} sales" if high < VOLUMES[-1] else f"{low} sales and more"


def calibration(predicted: NDArray[np.float64], scores: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """Return the knots that turn a prediction into the mean score of rows predicted so."""
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(out_of_bounds="clip").fit(predicted, scores)
    knots = np.unique(np.quantile(predicted, np.linspace(0, 1, 21)))
    return [float(knot) for knot in knots], [float(value) for value in fitted.predict(knots)]


def reliability(predicted: NDArray[np.float64], scores: NDArray[np.float64]) -> list[Mapping[str, float]]:
    """Return, for predictions rounded to a whole score, how many there are and their true mean."""
    rounded = np.clip(np.round(predicted), LOW, HIGH)
    return [
        {"predicted": float(predicted[rounded == level].mean()), "true": float(scores[rounded == level].mean()),
         "n": int((rounded == level).sum())}
        for level in np.unique(rounded)
    ]  # fmt: skip
