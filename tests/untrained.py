"""Recommenders of the right shape for a company, their weights chance: for tests that do not ask how well they do."""

from __future__ import annotations

from typing import Any

import numpy as np

from crm_copilot.data import Dataset
from crm_copilot.tools.recommending import data_version
from training.interactions import Company
from training.recommender.candidates import CATEGORIES, NUMBERS
from training.recommender.encoding import Encoder
from training.recommender.fit import parts
from training.recommender.models import Models
from training.recommender.network import Network
from training.recommender.next_purchase import lessons
from training.recommender.ratings import Task


def untrained(data: Dataset) -> Models:
    """Return models for loaded data."""
    company = Company.of(data)
    encoders = Task.of(company).encoders()
    rows, _ = lessons(parts(company)[0], 0)
    encoders["next_purchase"] = Encoder.fit(rows, CATEGORIES, NUMBERS, {})
    version = data_version(data.info.checksums)
    about: dict[str, Any] = {"served": "dcn_full", "data": {"version": version}, "split": {"train": {"to": ""}}}
    networks = {"dcn_full": [_network(encoders["rating"], seed) for seed in (0, 1)]}
    return Models(networks, [_network(encoders["next_purchase"], 0)], encoders, ([1.0, 5.0], [1.0, 5.0]), about)


def _network(encoder: Encoder, seed: int) -> Network:
    chance = np.random.default_rng(seed)
    arrays = {f"embedding_{n}": chance.normal(0, 0.1, (size, 2)) for n, size in enumerate(encoder.sizes)}
    width = 2 * len(encoder.sizes) + encoder.width
    arrays |= {"cross_u_0": chance.normal(0, 0.1, (width, width)), "cross_bias_0": np.zeros(width)}
    arrays |= {"dense_0": chance.normal(0, 0.1, (width, 1)), "dense_bias_0": np.array([3.0])}
    return Network("dcn_full", {name: array.astype(np.float32) for name, array in arrays.items()})
