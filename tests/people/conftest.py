"""A company with the rows of others planted in it, the house of everybody and that of one rep."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.data import load
from crm_copilot.people import scope_of
from crm_copilot.settings import load_settings

from . import company
from .company import Outside


@pytest.fixture(scope="session")
def whole(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of those who see everything."""
    files = Path(shutil.copytree(demo_files, tmp_path_factory.mktemp("planted") / "files"))
    company.plant(files)
    home = tmp_path_factory.mktemp("planted-home")
    load(files, home)
    house = House(load_settings(env_file=None, home=home, model="library", sandbox_timeout_seconds=5.0))
    yield house
    house.close()


@pytest.fixture(scope="session")
def rep(whole: House) -> Iterator[House]:
    """The house of a rep with the clients of one manager and the customers of one state."""
    house = whole.seen_by(scope_of("rep", managers=[company.MANAGER], states=[company.STATE]))
    yield house
    house.close()


@pytest.fixture(scope="session")
def outside(whole: House, rep: House) -> Outside:
    return Outside.of(whole.dataset, rep.dataset)


@pytest.fixture(scope="session")
def words(whole: House, rep: House, outside: Outside) -> Mapping[str, str]:
    """The names that attempts speak of."""
    return {
        "client": company.CLIENT, "client_id": company.CLIENT_ID, "manager": company.OWNER, "city": company.CITY,
        "state": "Acre", "customer": company.CUSTOMER, "person": company.PERSON, "record": company.RECORD,
        "order": company.ORDER, "zip": company.ZIP, "industry": company.INDUSTRY, "other": outside.other,
        "colleague": next(name for name in outside.names if name.count(" ") == 1 and name != company.OWNER
                          and name in whole.dataset.values["clients"]["account_manager"]),
        "outsider": outside.other_customer, "product": _product(whole),
        "mine": next(iter(rep.dataset.values["clients"]["client_name"])),
        "whole": str(whole.dataset.directory), "own": str(rep.dataset.directory), "home": str(whole.settings.home_dir),
    }  # fmt: skip


def _product(whole: House) -> str:
    """Return the product of the planted order."""
    with whole.dataset.connect() as data:
        found = data.execute("SELECT product_id FROM order_items WHERE order_id = ?", [company.ORDER]).fetchone()
    assert found is not None
    return str(found[0])
