"""Everything that was trained on one company, and what it foretells: the worth of offers, with the model that serves.

What serves is the model that errs least on the newest fifth of the data: the better Deep & Cross Network unless
another one errs less by more than the deviation of their seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.recommender.encoding import Encoder
from training.recommender.forest import Forest
from training.recommender.network import Network

Floats = NDArray[np.float64]
Errors = Mapping[str, Mapping[str, float]]
LOW, HIGH = 1.0, 5.0
TREES, CROSSED = "lightgbm", ("dcn_full", "dcn_low_rank")
_OTHERS = (TREES, "dnn")
_NAMES = {"cf": "collaborative filtering", "dnn": "DNN", "dcn_full": "DCN, full", "dcn_low_rank": "DCN, low rank",
          TREES: "LightGBM", "co_purchase": "bought together"}  # fmt: skip


@dataclass
class Models:
    """Everything that was trained on one company.

    `ratings` holds the networks of each kind by seed, `trees` gradient boosting by seed, `next_purchase` the networks
    that rank candidates; `calibration` the knots (predicted, true) of what is served; `about` the rest of the manifest.
    """

    ratings: dict[str, list[Network]]
    next_purchase: list[Network]
    encoders: Mapping[str, Encoder]
    calibration: tuple[Sequence[float], Sequence[float]]
    about: dict[str, Any]
    trees: list[Forest] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """Every kind of model that foretells a worth."""
        return [*([TREES] if self.trees else []), *self.ratings]

    @property
    def served(self) -> str:
        """The kind whose scores are written."""
        return str(self.about["served"])

    @property
    def version(self) -> str:
        """What tells these models from others: the data, the weights, and what serves."""
        return f"{self.about['data']['version']}/{self.served}/{self.about.get('sha256', '')[:8]}"

    def foretold(self, kind: str, rows: pd.DataFrame) -> list[Floats]:
        """Return what each seed of a kind foretells of rows with their features, 1 to 5."""
        if kind == TREES:
            return [np.clip(one.predict(rows), LOW, HIGH) for one in self.trees]
        encoded = self.encoders["cf" if kind == "cf" else "rating"].transform(rows)
        return [np.clip(one.predict(encoded).astype(np.float64), LOW, HIGH) for one in self.ratings[kind]]

    def worth(self, rows: pd.DataFrame) -> Floats:
        """Return the score of rows with their features: the mean of the served model's seeds, calibrated."""
        return np.asarray(np.interp(np.mean(self.foretold(self.served, rows), axis=0), *self.calibration))

    def knowledge(self, products: pd.Series) -> float:
        """Return the share of products that were seen in training."""
        return self.encoders["cf"].knows("item_id", products)


def named(kind: str) -> str:
    """Return the name of a model as a person writes it."""
    return _NAMES.get(kind, kind)


def better(errors: Errors) -> str:
    """Return the kind that should serve, by its errors on the newest fifth."""
    crossed, best = _least(errors, CROSSED), _least(errors, (*CROSSED, *_OTHERS))
    clearly = errors[best]["sd"] + errors[crossed]["sd"]
    return best if errors[crossed]["mean"] - errors[best]["mean"] > clearly else crossed


def choice(errors: Errors, served: str) -> str:
    """Say in a sentence what serves, and by how much it errs less or more than the best that might have instead."""
    own, rival = errors[served]["mean"], _least(errors, _OTHERS if served in CROSSED else CROSSED)
    said = f"Served: {named(served)}, which errs by {own:.4f} on the newest fifth"
    if not rival:
        return f"{said}."
    other = errors[rival]["mean"]
    return f"{said}, {abs(other - own):.4f} {'less' if own < other else 'more'} than {named(rival)} ({other:.4f})."


def _least(errors: Errors, kinds: Sequence[str]) -> str:
    return min((kind for kind in kinds if kind in errors), key=lambda kind: errors[kind]["mean"], default="")
