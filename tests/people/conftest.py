"""A company with the rows of others planted in it, its people, the house of everybody and that of one rep."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.data import load
from crm_copilot.people import Person
from crm_copilot.service import Service
from crm_copilot.settings import Settings, load_settings

from . import company
from .company import Outside


@dataclass(frozen=True)
class People:
    """Who there is, with the keys of two of them."""

    admin: Person
    rep: Person
    other: Person
    support: Person
    admin_key: str
    rep_key: str


@pytest.fixture(scope="session")
def planted(demo_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a home with the company in it."""
    files = Path(shutil.copytree(demo_files, tmp_path_factory.mktemp("planted") / "files"))
    company.plant(files)
    home = tmp_path_factory.mktemp("planted-home")
    load(files, home)
    return load_settings(
        env_file=None, home=home, model="library", sandbox_timeout_seconds=5.0, questions_a_minute=100_000
    )


@pytest.fixture(scope="session")
def service(planted: Settings) -> Iterator[Service]:
    found = Service(House(planted))
    yield found
    found.close()


@pytest.fixture(scope="session")
def whole(service: Service) -> House:
    """The house of those who see everything."""
    return service.house


@pytest.fixture(scope="session")
def people(whole: House) -> People:
    accounts, everything = whole.accounts, ("ask", "read", "feedback", "tools")
    admin = accounts.add("Ada", None, "admin")
    rep = accounts.add("Eva", None, "rep", [company.MANAGER], [company.STATE])
    other = accounts.add("Ivo", None, "rep", [company.MANAGER], ["RJ"])
    support = accounts.add("Saul", None, "support")
    keys = (accounts.new_key(person.id, "all", everything) for person in (admin, rep))
    return People(admin, rep, other, support, *keys)


@pytest.fixture(scope="session")
def rep(service: Service, people: People) -> House:
    """The house of a rep with the clients of one manager and the customers of one state."""
    return service.house_of(people.rep)


@pytest.fixture(scope="session")
def outside(whole: House, rep: House) -> Outside:
    return Outside.of(whole.dataset, rep.dataset)


@pytest.fixture(scope="session")
def words(whole: House, rep: House, outside: Outside) -> Mapping[str, str]:
    """The names that attempts speak of."""
    managers = whole.dataset.values["clients"]["account_manager"]
    return {
        "client": company.CLIENT, "client_id": company.CLIENT_ID, "manager": company.OWNER, "city": company.CITY,
        "state": "Acre", "customer": company.CUSTOMER, "person": company.PERSON, "record": company.RECORD,
        "order": company.ORDER, "zip": company.ZIP, "industry": company.INDUSTRY, "other": outside.other,
        "colleague": next(name for name in outside.names if name in managers and name != company.OWNER),
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
