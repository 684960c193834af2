"""Tiny companies to load and to spoil: the demo company with 120 orders, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_copilot.data import Dataset, demo, load, open_data

REAL = Path(__file__).parents[3] / "shared/data/olist"

ORDERS = "olist_orders_dataset.csv"
ITEMS = "olist_order_items_dataset.csv"
PRODUCTS = "olist_products_dataset.csv"
CUSTOMERS = "olist_customers_dataset.csv"
SELLERS = "olist_sellers_dataset.csv"
PAYMENTS = "olist_order_payments_dataset.csv"
REVIEWS = "olist_order_reviews_dataset.csv"
PLACES = "olist_geolocation_dataset.csv"
LEADS = "olist_marketing_qualified_leads_dataset.csv"
DEALS = "olist_closed_deals_dataset.csv"
TRANSLATION = "product_category_name_translation.csv"


class Company:
    """A folder of valid files, with the few ways in which tests change them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, name: str) -> Path:
        return self.directory / name

    def lines(self, name: str) -> list[str]:
        return self.path(name).read_text("utf-8").splitlines()

    def write(self, name: str, lines: list[str]) -> None:
        self.path(name).write_text("\n".join(lines) + "\n", "utf-8")

    def line(self, name: str, row: int, change: Callable[[str], str]) -> None:
        """Change one line, counted as an editor counts: the heading is line 1."""
        lines = self.lines(name)
        lines[row - 1] = change(lines[row - 1])
        self.write(name, lines)

    def cell(self, name: str, row: int, column: str, text: str) -> None:
        """Write a cell of a file whose cells hold neither commas nor line breaks."""
        place = self.lines(name)[0].split(",").index(column)

        def change(line: str) -> str:
            cells = line.split(",")
            cells[place] = text
            return ",".join(cells)

        self.line(name, row, change)

    def bytes(self, name: str, change: Callable[[bytes], bytes]) -> None:
        self.path(name).write_bytes(change(self.path(name).read_bytes()))


@pytest.fixture(scope="session")
def tiny_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("tiny")
    demo.generate(directory, orders=120, seed=1)
    places = directory / PLACES
    places.write_text("\n".join(places.read_text("utf-8").splitlines()[:200]) + "\n", "utf-8")
    return directory


@pytest.fixture
def company(tiny_files: Path, tmp_path: Path) -> Company:
    return Company(Path(shutil.copytree(tiny_files, tmp_path / "files")))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The real sample, which is not part of the repository."""
    if not REAL.is_dir():
        pytest.skip(f"the real sample is not here: {REAL}")
    return REAL


@pytest.fixture(scope="session")
def real(real_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    home = tmp_path_factory.mktemp("real")
    load(real_files, home)
    return opened(home)


@pytest.fixture(scope="session")
def tiny(loaded_home: Path) -> Dataset:
    return opened(loaded_home)


def opened(home: Path) -> Dataset:
    data = open_data(home)
    assert data is not None
    return data


@pytest.fixture(scope="session")
def loaded_home(tiny_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the tiny company in use; tests only read it."""
    home = tmp_path_factory.mktemp("loaded")
    load(tiny_files, home)
    return home
