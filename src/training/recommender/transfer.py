"""What a synthetic company is worth: which dependences between columns it kept, and what a model learns from it.

The model is trained on synthetic rows alone and tested on the newest fifth of the real ones, beside a constant, the
same model trained on real rows, and one trained on columns that were shuffled apart: what independence costs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.interactions import Company, features, split
from training.recommender.models import HIGH, LOW
from training.recommender.ratings import CATEGORIES, NUMBERS
from training.recommender.rivals import boosted, constant

COLUMNS = (*CATEGORIES, *NUMBERS, "product_price", "month")
MINE, VALID = 0, 0.1


def table(company: Company) -> pd.DataFrame:
    """Return the interactions that a synthetic company is drawn from: features, score, and which part they are of."""
    bought = company.purchases
    rows = features(company, bought)[list(COLUMNS)].assign(score=bought["score"])
    parts = pd.Series("test", index=rows.index)
    train, validation, _ = split(bought)
    parts[train.index], parts[validation.index] = "train", "validation"
    return rows.assign(part=parts)


def judged(directory: Path) -> dict[str, Any]:
    """Return the errors on real rows by what was learned from, and the dependences of both sets."""
    real, drawn = (pd.read_parquet(directory / f"{name}.parquet") for name in ("real", "synthetic"))
    known, test = real[real["part"] != "test"], real[real["part"] == "test"]
    chance = np.random.default_rng(MINE)
    apart = drawn.apply(lambda column: column.sample(frac=1, random_state=int(chance.integers(1 << 31))).to_numpy())
    sources = {"real": known, "synthetic": drawn, "synthetic, columns shuffled": apart}
    errors = {name: _error(_learned(rows, test), test) for name, rows in sources.items()}
    errors["constant"] = _error(constant(known["score"], test), test)
    return {"rmse": errors, "rows": {"real": len(known), "synthetic": len(drawn), "test": len(test)},
            "dependences": dependences(known, drawn)}  # fmt: skip


def dependences(real: pd.DataFrame, drawn: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return how strongly the score, and cost and weight, depend on other columns in both sets, 0 to 1."""
    pairs = [("score", name) for name in ("offer_cost", "product_category", "product_weight", "product_price")]
    pairs += [
        ("offer_cost", "product_category"),
        ("product_weight", "product_volume"),
        ("product_freight", "distance_km"),
    ]
    return {f"{one} ~ {other}": {"real": dependence(real, one, other), "synthetic": dependence(drawn, one, other)}
            for one, other in pairs}  # fmt: skip


def dependence(rows: pd.DataFrame, one: str, other: str) -> float:
    """Return the rank correlation of two numbers, or the share of a number's variation between categories."""
    rows = rows[[one, other]].dropna()
    if pd.api.types.is_numeric_dtype(rows[other]):
        return round(abs(float(rows[one].rank().corr(rows[other].rank()))), 3)
    ranks = rows[one].rank()
    return round(float(ranks.groupby(rows[other]).transform("mean").std() / ranks.std()), 3)


def _learned(rows: pd.DataFrame, test: pd.DataFrame) -> NDArray[np.float64]:
    rows = rows.sample(frac=1, random_state=MINE).reset_index(drop=True)
    held = round(len(rows) * VALID)
    names = [*CATEGORIES, *NUMBERS]
    forest = boosted(rows[names][held:], rows["score"][held:], rows[names][:held], rows["score"][:held], MINE)
    return forest.predict(test)


def _error(predicted: NDArray[np.float64], test: pd.DataFrame) -> float:
    return round(float(np.sqrt(np.mean((np.clip(predicted, LOW, HIGH) - test["score"].to_numpy()) ** 2))), 4)
