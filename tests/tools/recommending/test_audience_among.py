"""The table of scores knows more people than an asker may see: the others take nobody's place in a list."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from crm_copilot.tools.recommending import ScoreTable

BEST = [("ana", 0.9), ("ben", 0.8), ("eva", 0.7), ("ivo", 0.6)]


@pytest.fixture
def table(tmp_path: Path) -> ScoreTable:
    folder = tmp_path / "recommender" / "one"
    folder.mkdir(parents=True)
    rows = [(user, "chair", chance, 4.0, 1) for user, chance in BEST]
    pd.DataFrame(rows, columns=["user_id", "item_id", "chance", "score", "orders"]).to_parquet(
        folder / "scores.parquet"
    )
    (folder / "scores.json").write_text(json.dumps({"data": "v", "until": "2018-08-31", "model": "m"}))
    found = ScoreTable.find("v", tmp_path / "recommender", tmp_path / "none")
    assert found is not None
    return found


def test_the_best_of_all(table: ScoreTable) -> None:
    assert [row[0] for row in table.of_products(["chair"], 2)] == ["ana", "ben"]


def test_the_best_of_those_who_may_be_named(table: ScoreTable) -> None:
    assert [row[0] for row in table.of_products(["chair"], 2, pd.Index(["ivo", "eva", "nobody"]))] == ["eva", "ivo"]


def test_nobody_may_be_named(table: ScoreTable) -> None:
    assert table.of_products(["chair"], 2, pd.Index([])) == []
