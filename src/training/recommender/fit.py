"""Everything that is trained on one company, from its interactions to the models with their figures."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from crm_copilot.data import DataInfo
from crm_copilot.tools.recommending import data_version
from training.interactions import DAY, Company, split
from training.recommender import next_purchase as next_
from training.recommender.models import Models, better
from training.recommender.next_purchase import Month
from training.recommender.ratings import Task, calibration, predictions, rmse, trees
from training.recommender.tensorflow_networks import KINDS, Lesson, train

SEEDS = (0, 1, 2)
WARM_UP_DAYS = 120
RATING = Lesson(epochs=25, batch=128, rate=2e-3, patience=4, decay=1e-3)
TOGETHER = Lesson(epochs=20, batch=256, rate=5e-3, patience=3)
NEXT = Lesson(epochs=12, batch=512, rate=2e-3, patience=3, decay=1e-5, yes_or_no=True)
NEXT_KIND = "dcn_low_rank"
Say = Callable[[str], None]


def fit(company: Company, info: DataInfo, say: Say, seeds: Sequence[int] = SEEDS) -> Models:
    """Train everything and return it with where it comes from."""
    task = Task.of(company)
    models = Models({}, [], task.encoders(), ([1.0, 5.0], [1.0, 5.0]), _about(company, info, seeds))
    models.trees = trees(task, seeds)
    for kind in KINDS:
        models.ratings[kind] = [_rating(task, models, kind, seed) for seed in seeds]
        say(f"{kind} trained")
    _choose(task, models)
    models.next_purchase, models.encoders = _next(company, models, seeds)
    say("next purchase trained")
    return models


def _rating(task: Task, models: Models, kind: str, seed: int) -> Any:
    encoder = models.encoders["cf" if kind == "cf" else "rating"]
    rows, scores = task.encoded(encoder, task.train)
    lesson = TOGETHER if kind == "cf" else RATING
    return train(kind, encoder, rows, scores, task.encoded(encoder, task.validation), seed, lesson)


def _choose(task: Task, models: Models) -> None:
    """Serve what errs least on the newest fifth; it is calibrated on the validation part."""
    errors = rmse(task, predictions(task, models))
    models.about |= {"served": better(errors), "rmse": errors}
    held = models.foretold(models.served, task.rows.loc[task.validation])
    models.calibration = calibration(np.mean(held, axis=0), task.scores[task.validation].to_numpy())


def _next(company: Company, models: Models, seeds: Sequence[int]) -> tuple[list[Any], dict[str, Any]]:
    known, held, _ = parts(company)
    rows, taken = next_.lessons(known, 0)
    held_rows, held_taken = next_.lessons(held or known[-1:], 1)
    encoder = next_.encoder(rows)
    encoded, held_encoded = encoder.transform(rows), encoder.transform(held_rows)
    networks = [train(NEXT_KIND, encoder, encoded, taken, (held_encoded, held_taken), seed, NEXT) for seed in seeds]
    return networks, {**models.encoders, "next_purchase": encoder}


def parts(company: Company) -> tuple[list[Month], list[Month], list[Month]]:
    """Return the months of training, validation and test in which somebody came back."""
    train_, validation, test = split(company.purchases)
    start = train_["timestamp"].min() + WARM_UP_DAYS * DAY
    edges = [start, validation["timestamp"].min(), test["timestamp"].min(), test["timestamp"].max() + DAY]
    known, held, asked = (list(next_.months(company, low, high)) for low, high in itertools.pairwise(edges))
    return known, held, asked


def _about(company: Company, info: DataInfo, seeds: Sequence[int]) -> dict[str, Any]:
    names = ("train", "validation", "test")
    return {
        "data": {"version": data_version(info.checksums), "demo": info.demo, "interactions": len(company.purchases),
                 "period": [day.isoformat() for day in info.period]},
        "split": {name: span(part) for name, part in zip(names, split(company.purchases), strict=True)},
        "seeds": list(seeds),
    }  # fmt: skip


def span(part: pd.DataFrame) -> dict[str, Any]:
    """Return the first and the last moment of a part, and its rows."""
    first, last = part["timestamp"].min(), part["timestamp"].max()
    return {"from": first.isoformat(), "to": last.isoformat(), "n": len(part)}
