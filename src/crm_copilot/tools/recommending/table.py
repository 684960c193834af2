"""The table of scores as training left it: a Parquet file and a few words about it.

    <home>/recommender/<version>/scores.parquet    written by `crm train recommender refresh`
    models/recommender/<name>/scores.parquet       ships, for the demo company

A table belongs to data by the checksums of the files it was made from. Without one for the data in use, the newest
that was written here serves those customers whose orders have not changed; its age is said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crm_copilot.tools.recommending.wording import say

_READ = ("orders", "order_items", "products", "customers", "sellers", "reviews", "geolocation")
TABLE, ABOUT = "scores.parquet", "scores.json"


def data_version(checksums: Mapping[str, str]) -> str:
    """Return a short name for the files that recommendations are made from, whatever else was loaded with them."""
    files = {name: checksum for name, checksum in checksums.items() if any(part in name for part in _READ)}
    return hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ScoreTable:
    """A table that is there: the file, the last day it knows (ISO), whether it is older than the data, the model."""

    file: Path
    until: str
    stale: bool
    written: int
    model: str

    @classmethod
    def _of(cls, about: Mapping[str, Any], file: Path, *, stale: bool) -> ScoreTable:
        return cls(file, str(about.get("until")), stale, file.stat().st_mtime_ns, str(about.get("model", "")))

    def origin(self, language: str = "en") -> str:
        """Say where a score comes from: the model, the last day it knows, and how an old table is renewed."""
        said = say(language, "foretold", model=self.model or "DCN", until=self.until)
        return f"{said}, {say(language, 'stale')}" if self.stale else said

    @classmethod
    def find(cls, version: str, written: Path, shipped: Path) -> ScoreTable | None:
        """Return the table of this version of the data, else the newest written here, None when there is none."""
        own, others = list(_tables(written)), list(_tables(shipped))
        for about, file in (*own, *others):
            if about.get("data") == version:
                return cls._of(about, file, stale=False)
        newest = max(own, key=lambda found: str(found[0].get("until")), default=None)
        return None if newest is None else cls._of(*newest, stale=True)

    def of_customer(self, person: str, orders: int) -> list[tuple[str, float, float]]:
        """Return (product, chance, score) of a customer, likeliest first; none where their orders have changed."""
        rows = _opened(self).of("user_id", person)
        found = rows[rows["orders"] == orders][["item_id", "chance", "score"]].to_numpy()
        return [(str(item), float(chance), round(float(score), 2)) for item, chance, score in found]

    def of_products(
        self, products: Sequence[str], k: int, among: pd.Index | None = None
    ) -> list[tuple[str, str, float, float]]:
        """Return (customer, product, chance, score) of the k customers most likely to take one of the products.

        `among` are the only customers that may be named: the table may know more people than the asker may see.
        """
        rows = _opened(self).with_any(products)
        rows = rows if among is None else rows[rows["user_id"].isin(among)]
        best = rows.sort_values(["chance", "user_id"], ascending=[False, True]).drop_duplicates("user_id").head(k)
        return [
            (str(user), str(item), float(chance), round(float(score), 2))
            for user, item, chance, score in best[["user_id", "item_id", "chance", "score"]].to_numpy()
        ]  # fmt: skip


class _Held:
    """The table in memory, its rows found by customer or product."""

    def __init__(self, file: Path) -> None:
        self._rows = pd.read_parquet(file)
        self._names = {name: self._rows[name].astype("category") for name in ("user_id", "item_id")}
        codes = {name: column.cat.codes.to_numpy() for name, column in self._names.items()}
        self._order = {name: np.argsort(one, kind="stable") for name, one in codes.items()}
        counts = {name: np.bincount(one, minlength=1) for name, one in codes.items()}
        self._starts = {name: np.concatenate([[0], np.cumsum(one)]) for name, one in counts.items()}

    def of(self, name: str, value: str) -> pd.DataFrame:
        """Return the rows with this customer or product, in the order of the file."""
        place = int(self._names[name].cat.categories.get_indexer_for(pd.Index([value]))[0])
        if place < 0:
            return self._rows.iloc[:0]
        starts = self._starts[name]
        return self._rows.iloc[self._order[name][starts[place] : starts[place + 1]]]

    def with_any(self, products: Sequence[str]) -> pd.DataFrame:
        """Return the rows with one of these products."""
        items = self._names["item_id"].cat
        return self._rows[np.isin(items.codes, items.categories.get_indexer_for(pd.Index(products)))]


@lru_cache(maxsize=2)
def _opened(table: ScoreTable) -> _Held:
    return _Held(table.file)


def _tables(root: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Yield what is said about each table below a folder that can be read."""
    for about in sorted(root.glob(f"*/{ABOUT}")):
        try:
            found = json.loads(about.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(found, dict) and (about.parent / TABLE).exists():
            yield found, about.parent / TABLE
