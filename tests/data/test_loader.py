"""Loading as a whole: what is loaded when, and the real sample."""

from __future__ import annotations

import os
import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from crm_copilot.data import DataInfo, Dataset, ensure, load, loader
from crm_copilot.data.derived import derive
from crm_copilot.data.sources import find
from crm_copilot.data.store import Store
from crm_copilot.errors import DataError, OperatorError

from .conftest import ITEMS, ORDERS, Company, opened


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often a database is built."""
    built: list[str] = []
    original = loader._build

    def counted(*arguments: Any) -> DataInfo:
        built.append("built")
        return original(*arguments)

    monkeypatch.setattr(loader, "_build", counted)
    return built


@pytest.fixture
def small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    from crm_copilot.data import demo

    monkeypatch.setattr(demo.generate, "__defaults__", (120, 1))


def test_loads_a_folder_once(company: Company, home: Path, builds: list[str]) -> None:
    first = ensure(home, company.directory)
    assert ensure(home, company.directory) == first
    assert len(builds) == 1


def test_touched_files_are_not_loaded_again(company: Company, home: Path, builds: list[str]) -> None:
    first = ensure(home, company.directory)
    os.utime(company.path(ORDERS))
    again = ensure(home, company.directory)
    assert (again.directory, len(builds)) == (first.directory, 1)
    assert loader._in_use(find(company.directory), Store(home)) is not None


def test_changed_files_are_loaded(company: Company, home: Path, builds: list[str]) -> None:
    first = ensure(home, company.directory)
    company.write(ITEMS, company.lines(ITEMS)[:50])
    assert ensure(home, company.directory).info.rows["order_items"] == 49
    assert len(builds) == 2
    assert first.info.rows["order_items"] > 49


def test_the_same_files_elsewhere_have_the_same_name(company: Company, home: Path, builds: list[str]) -> None:
    first = load(company.directory, home)
    moved = company.directory.rename(company.directory.parent / "moved")
    second = ensure(home, moved).info
    assert (second.fingerprint, len(builds)) == (first.fingerprint, 1)
    assert second.source == str(moved)


def test_without_a_folder_what_is_loaded_stays(company: Company, home: Path) -> None:
    load(company.directory, home)
    shutil.rmtree(company.directory)
    assert ensure(home, None) == opened(home)


@pytest.mark.usefixtures("small_demo")
def test_without_anything_the_demo_company_is_made(home: Path, builds: list[str]) -> None:
    data = ensure(home, None)
    assert data.info.demo
    assert data.info.source == "demo company"
    assert ensure(home, None) == data
    assert len(builds) == 1
    assert not list((home / "data").glob(".loading-*"))


@pytest.mark.usefixtures("small_demo")
def test_own_data_take_the_place_of_the_demo_company(company: Company, home: Path) -> None:
    ensure(home, None)
    assert not ensure(home, company.directory).info.demo
    assert not opened(home).info.demo


@pytest.mark.usefixtures("small_demo")
@pytest.mark.parametrize("demo", [True, False])
def test_what_another_catalog_loaded_is_loaded_again(
    company: Company, home: Path, monkeypatch: pytest.MonkeyPatch, demo: bool
) -> None:
    with monkeypatch.context() as yesterday:
        yesterday.setattr(loader, "catalog_version", lambda: "of yesterday")
        before = ensure(home, None if demo else company.directory)
    after = ensure(home, None)
    assert before.info.catalog == "of yesterday"
    assert after.info.catalog == loader.catalog_version()
    assert (after.info.demo, after.info.source) == (before.info.demo, before.info.source)


def test_files_that_change_while_they_are_read_are_refused(
    company: Company, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def slow(connection: DuckDBPyConnection) -> None:
        derive(connection)
        company.write(ITEMS, company.lines(ITEMS)[:50])

    monkeypatch.setattr(loader, "derive", slow)
    with pytest.raises(DataError, match="files changed while they were read"):
        load(company.directory, home)
    assert not (home / "data/current.json").exists()


def test_a_full_disk_is_the_operators(company: Company, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(loader, "write_frames", full)
    with pytest.raises(OperatorError, match="No space left on device"):
        load(company.directory, home)
    assert not list((home / "data").glob(".loading-*"))


def test_words_of_the_catalog_do_not_make_another_version() -> None:
    assert loader.catalog_version() == loader.catalog_version()
    assert "customer" not in loader.catalog_version()


def test_the_real_sample(real: Dataset) -> None:
    assert dict(real.info.rows) == {
        "orders": 11_854, "order_items": 13_391, "products": 32_951, "customers": 11_854, "sellers": 3_095,
        "payments": 12_758, "reviews": 11_908, "geolocation": 6_800, "leads": 8_000, "deals": 842,
        "df": 12_175, "customer_df": 11_634, "product_df": 7_618,
    }  # fmt: skip
    assert real.info.period == (date(2016, 9, 4), date(2018, 10, 16))
    assert real.info.notes == ()
    assert real.values["products"]["product_category_name"]["pc_gamer"] == 3
    assert "pc_gamer" not in real.values["products"]["product_category"], "it has no translation"


def test_the_real_sample_loads_in_seconds(real_files: Path, home: Path) -> None:
    began = time.perf_counter()
    load(real_files, home)
    assert time.perf_counter() - began < 10, "about 1.5 s on two cores; ten times that is a mistake"


def test_an_optional_column_may_be_missing(company: Company, home: Path) -> None:
    lines = company.lines("interactions.csv")
    assert lines[0].endswith(",outcome")
    company.write("interactions.csv", [line.rpartition(",")[0] for line in lines])
    load(company.directory, home)
    with ensure(home, None).connect() as data:
        assert data.execute("SELECT count(*) > 0, count(outcome) FROM interactions").fetchone() == (True, 0)
