"""Versions on disk: one in use, one before, nothing half done."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_copilot.data import load
from crm_copilot.data.store import Store
from crm_copilot.errors import Busy, DataError, SettingsError

from .conftest import ITEMS, ORDERS, Company, opened

LOAD = """
import sys
from pathlib import Path
from crm_copilot.data import load
load(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def _everything(home: Path) -> dict[str, tuple[int, int]]:
    paths = [path for path in (home / "data").rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}


def _versions(home: Path) -> set[str]:
    return {path.name for path in (home / "data").iterdir() if path.is_dir()}


def _orders(company: Company, rows: int) -> None:
    """Keep the items of the first orders only: a company with other content."""
    company.write(ITEMS, company.lines(ITEMS)[: rows + 1])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda company: company.path(ORDERS).unlink(),
        lambda company: company.cell(ORDERS, 9, "order_approved_at", "soon"),
        lambda company: company.cell("interactions.csv", 2, "client_id", "nobody"),
    ],
    ids=["missing file", "bad date", "reference checked last"],
)
def test_a_failed_load_leaves_everything_as_it_was(
    company: Company, home: Path, spoil: Callable[[Company], object]
) -> None:
    info = load(company.directory, home)
    before = _everything(home)
    spoil(company)
    with pytest.raises(DataError):
        load(company.directory, home)
    assert _everything(home) == before
    assert opened(home).info == info


def test_the_version_before_is_kept_and_older_ones_go(company: Company, home: Path) -> None:
    names = []
    for rows in (60, 50, 40, 30):
        _orders(company, rows)
        names.append(load(company.directory, home).fingerprint)
    assert _versions(home) == set(names[-2:])
    assert opened(home).info.fingerprint == names[-1]


def test_who_has_the_data_open_keeps_them_over_a_load(company: Company, home: Path) -> None:
    load(company.directory, home)
    data = opened(home)
    with data.connect() as connection:
        _orders(company, 40)
        load(company.directory, home)
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (120,)
    assert all(path.is_file() for path in data.frames.values())


def test_going_back_uses_what_is_still_there(company: Company, home: Path) -> None:
    first = load(company.directory, home)
    whole = company.lines(ITEMS)
    _orders(company, 40)
    load(company.directory, home)
    company.write(ITEMS, whole)
    assert load(company.directory, home).fingerprint == first.fingerprint
    assert opened(home).info.rows == first.rows
    assert len(_versions(home)) == 2


def test_an_incomplete_version_is_made_again(company: Company, home: Path) -> None:
    load(company.directory, home)
    opened(home).frames["orders"].unlink()
    load(company.directory, home)
    assert opened(home).frames["orders"].is_file()


def test_damage_of_what_says_what_is_in_use_is_repaired_by_a_load(company: Company, home: Path) -> None:
    load(company.directory, home)
    (home / "data/current.json").write_text("{")
    load(company.directory, home)
    assert opened(home).info.rows["orders"] == 120


def _load(directory: Path, home: Path) -> None:
    load(directory, home)


def test_processes_that_load_at_once_do_not_break_each_other(company: Company, home: Path) -> None:
    others = []
    for rows in (60, 50, 40):
        other = Company(company.directory.parent / f"files{rows}")
        other.directory.mkdir()
        for path in company.directory.iterdir():
            (other.directory / path.name).write_bytes(path.read_bytes())
        _orders(other, rows)
        others.append(other.directory)
    spawned = multiprocessing.get_context("spawn")
    workers = [spawned.Process(target=_load, args=(directory, home)) for directory in (*others, *others)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 6
    data = opened(home)
    assert data.info.source in map(str, others)
    with data.connect() as connection:
        assert connection.execute("SELECT count(*) FROM order_items").fetchone() == (data.info.rows["order_items"],)
    assert len(_versions(home)) == 2


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_killed_load_changes_nothing_and_leaves_nothing(company: Company, home: Path) -> None:
    info = load(company.directory, home)
    _orders(company, 40)
    killed = subprocess.Popen([sys.executable, "-c", LOAD, company.directory, home])
    while killed.poll() is None and not list((home / "data").glob(".loading-*/*/*.duckdb")):
        time.sleep(0.002)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert opened(home).info == info
    load(company.directory, home)
    assert not list((home / "data").glob(".loading-*"))


def test_waits_no_longer_than_it_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_copilot.data.store.LOCK_SECONDS", 0.05)
    with Store(home).locked(), pytest.raises(Busy, match="try again"), Store(home).locked():
        pass


def test_a_home_that_cannot_be_written_is_named(company: Company, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(SettingsError, match="set CRM_HOME"):
        load(company.directory, tmp_path / "home")


def test_the_entry_of_the_current_version_is_replaced_whole(company: Company, home: Path) -> None:
    load(company.directory, home)
    entry = json.loads((home / "data/current.json").read_text())
    assert set(entry) == {"fingerprint", "previous", "signature"}
    assert not list((home / "data").glob("*.new"))
