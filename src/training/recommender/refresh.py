"""New scores after new data: which models may score them, and for whom anything has changed.

Models score only the company that they were trained on: they must know enough (ENOUGH) of the products sold lately.
For another company they would make scores up, so it keeps the counted fallback until it is trained for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from crm_copilot.data import Dataset
from crm_copilot.errors import OperatorError
from crm_copilot.settings import Settings
from crm_copilot.tools.recommending import data_version
from training.interactions import Company
from training.recommender import folder, scores
from training.recommender.models import Models

ENOUGH = 0.3
RECENT = 0.2


def roots(settings: Settings) -> tuple[Path, Path]:
    """Return where models lie: those trained here, then those that ship."""
    return settings.home_dir / "models" / "recommender", settings.models_dir / "recommender"


def tables(settings: Settings) -> Path:
    """Return the folder of the tables of scores, one below it for each version of the data."""
    return settings.home_dir / "recommender"


def suited(settings: Settings, company: Company, data: str) -> Models:
    """Return the models trained on these data, else those that know them best.

    Raises:
        OperatorError: no model knows these data; the text says how to train one.
    """
    places = list(folder.found(*roots(settings)))
    exact = next((place for place in places if folder.trained_on(place) == data), None)
    if exact is not None:
        return folder.load(exact)
    loaded = map(folder.load, places)
    lately = company.purchases["item_id"].tail(max(1, int(RECENT * len(company.purchases))))
    best = max(loaded, key=lambda models: models.knowledge(lately), default=None)
    if best is None or best.knowledge(lately) < ENOUGH:
        raise OperatorError("no recommender was trained on these data; train one with 'make recommender'")
    return best


def refresh(settings: Settings, data: Dataset, whole: bool = False) -> dict[str, Any]:
    """Write the scores of the data in use; only of customers with new orders where an older table is there."""
    company = Company.of(data)
    name = data_version(data.info.checksums)
    models = suited(settings, company, name)
    old = None if whole else _older(settings, models)
    changed = None if old is None else _changed(company, old)
    if changed is not None and not len(changed):
        parts: list[pd.DataFrame] = []
    else:
        parts = list(scores.scored(company, models, changed))
    table = pd.concat([*parts, *_kept(old, changed)], ignore_index=True)
    scores.write(tables(settings) / name, table, models, data, name)
    return {"customers": int(table["user_id"].nunique()), "scored": sum(part["user_id"].nunique() for part in parts)}


def _older(settings: Settings, models: Models) -> pd.DataFrame | None:
    """Return the newest table that the same models wrote."""
    found = [(about["until"], place) for place in tables(settings).glob("*")
             if (about := scores.about(place)) and about["models"] == models.version]  # fmt: skip
    return pd.read_parquet(max(found)[1] / scores.TABLE) if found else None


def _changed(company: Company, old: pd.DataFrame) -> pd.Series:
    """Return the customers whose number of orders is not the one that their scores were made with."""
    now = company.purchases.groupby("user_id")["order_id"].nunique()
    then = old.groupby("user_id")["orders"].first().reindex(now.index)
    return pd.Series(now.index[now != then])


def _kept(old: pd.DataFrame | None, changed: pd.Series | None) -> Sequence[pd.DataFrame]:
    return [] if old is None or changed is None else [old[~old["user_id"].isin(changed)]]


def after_load(settings: Settings, data: Dataset) -> str:
    """Refresh after a load; say in one sentence what was done, or why nothing was."""
    try:
        done = refresh(settings, data)
    except OperatorError as error:
        return f"offers are counted, not foretold: {error}"
    return f"scores of {done['customers']} customers, {done['scored']} of them new"


def without_scores(settings: Settings, data: Dataset) -> str:
    """Write scores where there are none and models were trained on these very data; "" where there are no models."""
    name = data_version(data.info.checksums)
    trained = (folder.trained_on(place) for place in folder.found(*roots(settings)))
    return after_load(settings, data) if name in trained else ""
