"""Trained models as files: `manifest.json` with everything that is no weight, `weights.npz` with the arrays.

    models/recommender/<name>/manifest.json   data, split, encoders, calibration, figures, checksum of the weights
    models/recommender/<name>/weights.npz     half-precision arrays, <model>/<seed>/<array>
    models/recommender/<name>/trees_<n>.txt   LightGBM's own text form, one model for each seed

No pickle, no id of a customer or product (vocabularies hold hashes).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from crm_copilot.errors import OperatorError
from training.recommender.encoding import Encoder
from training.recommender.forest import Forest
from training.recommender.models import Models
from training.recommender.network import Network

MANIFEST, WEIGHTS, TREES = "manifest.json", "weights.npz", "trees_{}.txt"
RETRAIN = "train it again with 'make recommender'"


def save(models: Models, directory: Path) -> None:
    """Write the models; what was there is replaced file by file, the manifest last."""
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob(TREES.format("*")):
        old.unlink()
    arrays = {name: array.astype(np.float16) for name, array in _named(models)}
    np.savez_compressed(directory / WEIGHTS, **arrays)
    for place, forest in enumerate(models.trees):
        (directory / TREES.format(place)).write_text(forest.text, "utf-8")
    manifest = {
        **models.about, "encoders": {name: one.to_json() for name, one in models.encoders.items()},
        "calibration": [list(knots) for knots in models.calibration], "trees": len(models.trees),
        "categories": models.trees[0].categories if models.trees else {}, "sha256": _checksum(directory),
    }  # fmt: skip
    (directory / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False) + "\n", "utf-8")


def load(directory: Path) -> Models:
    """Read models; raise OperatorError when they are damaged or not there."""
    try:
        manifest = json.loads((directory / MANIFEST).read_text("utf-8"))
        if _checksum(directory) != manifest["sha256"]:
            raise ValueError("the weights are not those that the manifest describes")
        with np.load(directory / WEIGHTS, allow_pickle=False) as arrays:
            networks = _networks({name: arrays[name].astype(np.float32) for name in arrays.files})
        encoders = {name: Encoder.from_json(fields) for name, fields in manifest.pop("encoders").items()}
        low, high = manifest.pop("calibration")
        texts = [(directory / TREES.format(n)).read_text("utf-8") for n in range(manifest.pop("trees"))]
        trees = [Forest(text, manifest["categories"]) for text in texts]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise OperatorError(f"{directory} holds no recommender that can be read ({error}); {RETRAIN}") from error
    next_purchase = networks.pop("next_purchase")
    return Models(networks, next_purchase, encoders, (low, high), manifest, trees)


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


def _checksum(directory: Path) -> str:
    """Return what tells whether an array or a tree has changed."""
    files = [directory / WEIGHTS, *sorted(directory.glob(TREES.format("*")))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
