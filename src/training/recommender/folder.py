"""Trained models as files: `manifest.json` with everything that is no weight, `weights.npz` with the arrays.

    models/recommender/<name>/manifest.json   data, split, encoders, calibration, figures, checksum of the weights
    models/recommender/<name>/weights.npz     half-precision arrays, <model>/<seed>/<array>
    models/recommender/<name>/trees.txt       LightGBM's own text form, one model for each seed

No pickle, no id of a customer or product (vocabularies hold hashes).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crm_copilot.errors import OperatorError
from training.recommender.encoding import Encoder
from training.recommender.network import Network

MANIFEST, WEIGHTS, TREES = "manifest.json", "weights.npz", "trees_{}.txt"
RETRAIN = "train it again with 'make recommender'"


@dataclass
class Models:
    """Everything that was trained on one company.

    `ratings` holds the networks of each kind by seed, `next_purchase` those that rank candidates; `calibration` the
    knots (predicted, true) of the model that is served; `about` is the rest of the manifest.
    """

    ratings: dict[str, list[Network]]
    next_purchase: list[Network]
    encoders: Mapping[str, Encoder]
    calibration: tuple[Sequence[float], Sequence[float]]
    about: dict[str, Any]
    trees: list[str] = field(default_factory=list)
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def served(self) -> str:
        """The kind of network whose scores are written."""
        return str(self.about["served"])

    def calibrated(self, predicted: Any) -> Any:
        """Return predictions of the served model as calibrated scores from 1 to 5."""
        return np.interp(predicted, *self.calibration)

    def knowledge(self, products: pd.Series) -> float:
        """Return the share of products that were seen in training."""
        return self.encoders["cf"].knows("item_id", products)


def save(models: Models, directory: Path) -> None:
    """Write the models; what was there is replaced file by file, the manifest last."""
    directory.mkdir(parents=True, exist_ok=True)
    arrays = {name: array.astype(np.float16) for name, array in _named(models)}
    np.savez_compressed(directory / WEIGHTS, **arrays)
    for place, text in enumerate(models.trees):
        (directory / TREES.format(place)).write_text(text, "utf-8")
    manifest = {
        **models.about, "encoders": {name: one.to_json() for name, one in models.encoders.items()},
        "calibration": [list(knots) for knots in models.calibration], "trees": len(models.trees),
        "categories": {name: list(values) for name, values in models.categories.items()},
        "sha256": _checksum(directory / WEIGHTS),
    }  # fmt: skip
    (directory / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False) + "\n", "utf-8")


def load(directory: Path) -> Models:
    """Read models; raise OperatorError when they are damaged or not there."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
        if _checksum(directory / WEIGHTS) != manifest["sha256"]:
            raise ValueError(f"{WEIGHTS} is not the file that the manifest describes")
        with np.load(directory / WEIGHTS, allow_pickle=False) as arrays:
            networks = _networks({name: arrays[name].astype(np.float32) for name in arrays.files})
        encoders = {name: Encoder.from_json(fields) for name, fields in manifest.pop("encoders").items()}
        low, high = manifest.pop("calibration")
        trees = [(directory / TREES.format(n)).read_text("utf-8") for n in range(manifest.pop("trees"))]
        categories = manifest.pop("categories")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OperatorError(f"{directory} holds no recommender that can be read ({error}); {RETRAIN}") from error
    next_purchase = networks.pop("next_purchase")
    return Models(networks, next_purchase, encoders, (low, high), manifest, trees, categories)


def found(*roots: Path) -> Iterator[Path]:
    """Yield the folders below these roots that hold models."""
    for root in roots:
        yield from sorted(path.parent for path in root.glob(f"*/{MANIFEST}"))


def trained_on(directory: Path) -> str:
    """Return the version of the data that models were trained on, "" where the manifest cannot be read."""
    try:
        return str(json.loads((directory / MANIFEST).read_text("utf-8"))["data"]["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _named(models: Models) -> Iterator[tuple[str, Any]]:
    for kind, networks in {**models.ratings, "next_purchase": models.next_purchase}.items():
        for place, network in enumerate(networks):
            for name, array in network.arrays.items():
                yield f"{kind}/{network.kind}/{place}/{name}", array


def _networks(arrays: Mapping[str, Any]) -> dict[str, list[Network]]:
    grouped: dict[tuple[str, str, int], dict[str, Any]] = {}
    for name, array in arrays.items():
        role, kind, place, own = name.split("/")
        grouped.setdefault((role, kind, int(place)), {})[own] = array
    networks: dict[str, list[Network]] = {}
    for (role, kind, _), weights in sorted(grouped.items()):
        networks.setdefault(role, []).append(Network(kind, weights))
    return networks


def _checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
