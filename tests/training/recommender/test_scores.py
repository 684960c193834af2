"""From models to scores that the tools read, renewed for those who bought; a company that no model knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from untrained import untrained

from crm_copilot.bootstrap import House
from crm_copilot.errors import OperatorError
from crm_copilot.settings import Settings
from crm_copilot.tools.recommending import ScoreTable, data_version
from training.interactions import Company
from training.recommender import folder, report
from training.recommender.evaluation import next_purchases, ratings
from training.recommender.models import TREES, Models
from training.recommender.ratings import Task, trees
from training.recommender.refresh import refresh, suited, without_scores
from training.recommender.transfer import dependence, table


@pytest.fixture(scope="module")
def company(house: House) -> Company:
    return Company.of(house.dataset)


@pytest.fixture(scope="module")
def models(house: House) -> Models:
    return untrained(house.dataset)


@pytest.fixture
def settings(house: House, models: Models, tmp_path: Path) -> Settings:
    """The demo company with these models in a home of its own."""
    folder.save(models, tmp_path / "models" / "recommender" / "own")
    return house.settings.model_copy(update={"home": tmp_path})


def found(settings: Settings, house: House) -> ScoreTable:
    version = data_version(house.dataset.info.checksums)
    table = ScoreTable.find(version, settings.home_dir / "recommender", settings.home_dir / "nothing")
    assert table is not None
    return table


def test_everybody_gets_scores_that_the_tools_read(settings: Settings, house: House, company: Company) -> None:
    people = company.purchases["user_id"].nunique()
    assert refresh(settings, house.dataset) == {"customers": people, "scored": people}
    person = company.purchases["user_id"].iloc[0]
    orders = company.purchases.loc[company.purchases["user_id"] == person, "order_id"].nunique()
    offers = found(settings, house).of_customer(person, orders)
    assert len(offers) == len({product for product, *_ in offers}) == 30
    chances = [chance for _, chance, _ in offers]
    assert chances == sorted(chances, reverse=True)
    assert all(1 <= score <= 5 for *_, score in offers)


def test_the_trees_serve_where_they_are_better(settings: Settings, house: House, models: Models) -> None:
    pytest.importorskip("lightgbm", reason="needs LightGBM: make dev-environment")
    refresh(settings, house.dataset)
    by_network = pd.read_parquet(found(settings, house).file)
    own = replace(
        models, trees=trees(Task.of(Company.of(house.dataset)), (0,)), about={**models.about, "served": TREES}
    )
    folder.save(own, settings.home_dir / "models" / "recommender" / "own")
    assert refresh(settings, house.dataset)["scored"] == by_network["user_id"].nunique(), "other models, other scores"
    table = found(settings, house)
    by_trees = pd.read_parquet(table.file)
    assert table.model == "LightGBM"
    pd.testing.assert_series_equal(by_trees["chance"], by_network["chance"])
    assert by_trees["score"].between(1, 5).all()
    assert (by_trees["score"] - by_network["score"]).abs().mean() > 0.05


def test_only_those_who_bought_are_scored_anew(settings: Settings, house: House) -> None:
    refresh(settings, house.dataset)
    file = found(settings, house).file
    old = pd.read_parquet(file)
    changed = old["user_id"].unique()[:3]
    old.assign(orders=old["orders"].where(~old["user_id"].isin(changed), 99)).to_parquet(file, index=False)
    assert refresh(settings, house.dataset) == {"customers": old["user_id"].nunique(), "scored": 3}
    pd.testing.assert_frame_equal(pd.read_parquet(file), old)
    assert refresh(settings, house.dataset)["scored"] == 0


def test_a_company_that_no_model_knows_is_refused_with_the_command(
    settings: Settings, house: House, company: Company
) -> None:
    strange = company.purchases.assign(item_id=company.purchases["item_id"] + "-elsewhere")
    other = Company(strange, company.reviews, company.products, company.sellers, company.places)
    with pytest.raises(OperatorError, match="make recommender"):
        suited(settings, other, "other data")


def test_scores_are_made_unasked_only_with_models_of_these_very_data(settings: Settings, house: House) -> None:
    info = replace(house.dataset.info, checksums={"olist_orders_dataset.csv": "another"})
    assert without_scores(settings, replace(house.dataset, info=info)) == ""
    assert "scores of" in without_scores(settings, house.dataset)


def test_the_figures_have_every_model_and_a_page(company: Company, models: Models, tmp_path: Path) -> None:
    figures = {**ratings(company, models), **next_purchases(company, models)}
    scores = Task.of(company).scores
    test = scores.sort_index().tail(figures["rmse"]["constant"]["n"])
    known = scores.drop(test.index).head(round(len(scores) * 0.7))
    expected = float(np.sqrt(((test - known.mean()) ** 2).mean()))
    assert figures["rmse"]["constant"]["mean"] == pytest.approx(expected, abs=0.02)
    assert set(figures["rmse"]) >= {"constant", "mean of the product", "dcn_full", "served"}
    assert set(figures["recall_at_10"]) == {"popularity", "co_purchase", "dcn_full"}
    span = {"from": "2018-01-01", "to": "2018-02-01", "n": 1}
    page = report.write(figures | {"split": dict.fromkeys(("train", "validation", "test"), span)}, "a test", tmp_path)
    assert all((tmp_path / f"{name}.svg").exists() for name in report.PLOTS)
    text, (low, high) = page.read_text(), figures["recall_at_10"]["co_purchase"]["interval_95"]
    assert f"{figures['rmse']['constant']['mean']:.4f}" in text
    assert f"{low:.4f} to {high:.4f}" in text
    assert figures["choice"] in text


def test_dependences_are_seen_and_lost_when_columns_are_shuffled(company: Company) -> None:
    rows = table(company)
    assert set(rows["part"]) == {"train", "validation", "test"}
    kept = dependence(rows, "score", "offer_cost")
    shuffled = rows.assign(offer_cost=rows["offer_cost"].sample(frac=1, random_state=0).to_numpy())
    assert kept > 0.5 > 0.1 > dependence(shuffled, "score", "offer_cost")
