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
from training.recommender.folder import Models
from training.recommender.rivals import Trees, constant, mean_of, read_trees

CATEGORIES = ("product_category", "customer_state")
NUMBERS = (
    "offer_cost", "offer_quantity", "product_weight", "product_volume", "distance_km", "product_freight",
    "seller_rating", "product_rating", "product_description",
)  # fmt: skip
STEPS = {"offer_cost": 128}
VOLUMES = (0, 1, 3, 10, 10**9)
LOW, HIGH = 1.0, 5.0
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


def trees(task: Task, seeds: Sequence[int]) -> list[Trees]:
    """Return gradient boosting trained with each seed."""
    known, held = task.train, task.validation
    return [Trees.fit(task.plain(known), task.scores[known], task.plain(held), task.scores[held], n) for n in seeds]


def predictions(task: Task, models: Models, part: pd.Index | None = None) -> Predictions:
    """Return what each model and its rivals foretell of the test (or another part), by name, one list per seed."""
    part = task.test if part is None else part
    known, rows = task.rows.loc[task.train], task.rows.loc[part]
    scores = task.scores[task.train]
    found: Predictions = {
        "constant": [constant(scores, rows)],
        "mean of the category": [mean_of("product_category", known, scores, rows)],
        "mean of the product": [mean_of("item_id", known, scores, rows)],
        "popularity": [_popularity(known, scores, rows)],
    }
    if models.trees:
        found["lightgbm"] = [one.predict(task.plain(part)) for one in read_trees(models.trees, models.categories)]
    for kind, networks in models.ratings.items():
        encoded = models.encoders["cf" if kind == "cf" else "rating"].transform(rows)
        found[kind] = [network.predict(encoded).astype(np.float64) for network in networks]
    return {name: [np.clip(one, LOW, HIGH) for one in several] for name, several in found.items()}


def _popularity(known: pd.DataFrame, scores: pd.Series, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Foretell a straight line through how often the product had sold."""
    line = np.polyfit(np.log1p(known["product_sales"]), scores, 1)
    return np.asarray(np.polyval(line, np.log1p(rows["product_sales"])), dtype=np.float64)


def rmse(task: Task, found: Predictions, part: pd.Index | None = None) -> dict[str, dict[str, float]]:
    """Return mean and standard deviation over seeds of the root of the mean squared error, and the rows."""
    scores = task.scores[task.test if part is None else part].to_numpy()
    figures = {}
    for name, several in found.items():
        errors = [float(np.sqrt(np.mean((one - scores) ** 2))) for one in several]
        figures[name] = {"mean": float(np.mean(errors)), "sd": float(np.std(errors)), "n": len(scores)}
    return figures


def by_volume(task: Task, found: Predictions) -> dict[str, dict[str, dict[str, float]]]:
    """Return the same by how often the product had sold before."""
    sold = task.rows.loc[task.test, "product_sales"].to_numpy()
    scores, figures = task.scores[task.test].to_numpy(), {}
    for low, high in itertools.pairwise(VOLUMES):
        chosen = (sold >= low) & (sold < high)
        if chosen.any():
            errors = {name: [float(np.sqrt(np.mean((one - scores)[chosen] ** 2))) for one in several]
                      for name, several in found.items()}  # fmt: skip
            named = f"{low} to {high - 1} sales" if high < 10**9 else f"{low} sales and more"
            figures[named] = {name: {"mean": float(np.mean(one)), "sd": float(np.std(one)), "n": int(chosen.sum())}
                              for name, one in errors.items()}  # fmt: skip
    return figures


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
