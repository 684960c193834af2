"""The models that ship can be read, and the scores that ship belong to the demo company as it is made today."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_copilot.data import demo
from crm_copilot.data.sources import find
from crm_copilot.settings import ROOT
from crm_copilot.tools.recommending import ScoreTable, data_version
from training.recommender import folder
from training.recommender.models import better

SHIPPED = ROOT / "models" / "recommender"


@pytest.mark.parametrize("name", ["demo", "olist"])
def test_models_can_be_read(name: str) -> None:
    models = folder.load(SHIPPED / name)
    assert set(models.ratings) == {"cf", "dnn", "dcn_full", "dcn_low_rank"}
    assert {len(networks) for networks in models.ratings.values()} == {3}
    assert len(models.trees) == 3
    assert models.served == better(models.about["rmse"])


def test_the_scores_are_those_of_the_demo_company(tmp_path: Path) -> None:
    demo.generate(tmp_path / "demo")
    version = data_version(find(tmp_path / "demo").checksums())
    table = ScoreTable.find(version, tmp_path / "nothing", SHIPPED)
    assert table is not None, "the demo company has changed: make recommender MODELS=models/recommender/demo"
    assert folder.trained_on(SHIPPED / "demo") == version
