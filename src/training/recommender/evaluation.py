"""`crm evaluate recommender`: the figures of the models that are in use, made anew on the data that are loaded."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import typer

from crm_copilot.data import Dataset, ensure
from crm_copilot.settings import Settings, load_settings
from crm_copilot.tools.recommending import data_version
from training.interactions import Company, split
from training.recommender.fit import parts, span
from training.recommender.models import Models, choice
from training.recommender.next_purchase import (
    AT,
    Judged,
    by_co_purchase,
    by_network,
    by_popularity,
    interval,
    judge,
)
from training.recommender.ratings import Task, by_volume, predictions, reliability, rmse
from training.recommender.refresh import suited


def evaluate(as_json: Annotated[bool, typer.Option("--json", help="print JSON only")] = False) -> None:
    """Recompute the figures of the recommender: errors of the scores, and how often the next purchase is among ten."""
    settings = load_settings()
    found = figures(settings, ensure(settings.home_dir, settings.data_dir))
    sys.stdout.write(json.dumps(found) + "\n" if as_json else "\n".join(_lines(found)) + "\n")


def figures(settings: Settings, data: Dataset) -> dict[str, Any]:
    """Return every figure; raise OperatorError when no model was trained on these data."""
    company = Company.of(data)
    models = suited(settings, company, data_version(data.info.checksums))
    return {**ratings(company, models), **next_purchases(company, models), "split": _split(models, company)}


def ratings(company: Company, models: Models) -> dict[str, Any]:
    """Return the errors of the scores on the newest fifth, in all and by volume, and how calibrated they are."""
    task = Task.of(company)
    found = predictions(task, models)
    served = models.worth(task.rows.loc[task.test])
    found["served"] = [served]
    errors = rmse(task, found)
    return {
        "rmse": errors, "rmse_by_volume": by_volume(task, found), "served": models.served,
        "choice": choice(errors, models.served),
        "calibration": reliability(served, task.scores[task.test].to_numpy()),
    }  # fmt: skip


def next_purchases(company: Company, models: Models) -> dict[str, Any]:
    """Return recall and NDCG at ten with intervals, and the share of products that were ever named."""
    _, _, asked = parts(company)
    if not asked:
        return {f"{name}_at_{AT}": {} for name in ("recall", "ndcg")} | {"coverage": {}}
    encoder = models.encoders["next_purchase"]
    judged = {
        "popularity": [judge(asked, by_popularity)], "co_purchase": [judge(asked, by_co_purchase)],
        models.next_purchase[0].kind: [judge(asked, by_network(one, encoder)) for one in models.next_purchase],
    }  # fmt: skip
    products = max(len(month.market.items) for month in asked)
    return {
        f"recall_at_{AT}": {name: _summed(several, "recall") for name, several in judged.items()},
        f"ndcg_at_{AT}": {name: _summed(several, "ndcg") for name, several in judged.items()},
        "coverage": {name: round(len(several[0].named) / products, 4) for name, several in judged.items()},
    }


def _summed(several: list[Judged], name: str) -> dict[str, Any]:
    each = np.array([getattr(one, name) for one in several])
    low, high = interval(each.mean(0))
    means = each.mean(1)
    return {
        "mean": float(means.mean()), "sd": float(means.std()), "n": each.shape[1],
        "interval_95": [round(low, 4), round(high, 4)],
    }  # fmt: skip


def _split(models: Models, company: Company) -> Mapping[str, Any]:
    train, validation, test = split(company.purchases)
    bounds = {"train": span(train), "validation": span(validation), "test": span(test)}
    trained = {"trained_on": models.about["data"], "trained_until": models.about["split"]["train"]["to"]}
    return {"by": "time", **bounds, **trained}


def _lines(found: Mapping[str, Any]) -> list[str]:
    lines = [f"scores, error (RMSE) on the newest fifth. {found['choice']}"]
    lines += [f"  {name:22} {one['mean']:.4f} ± {one['sd']:.4f}" for name, one in found["rmse"].items()]
    for name in (f"recall_at_{AT}", f"ndcg_at_{AT}"):
        lines.append(f"next purchase, {name.replace('_', ' ')}")
        for who, one in found[name].items():
            low, high = one["interval_95"]
            lines.append(f"  {who:22} {one['mean']:.4f}, 95 % {low:.4f} to {high:.4f}, n {one['n']}")
    return lines
