"""Opening loaded data: quick, light, and clear about damage."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from crm_copilot.data import DataInfo, Dataset, open_data
from crm_copilot.errors import DataError

LIGHT = """
import sys, time
from pathlib import Path
from crm_copilot.data import ensure
began = time.perf_counter()
data = ensure(Path(sys.argv[1]), None)
facts = data.frames, data.values, data.times, data.last_day
spent = time.perf_counter() - began
heavy = {"pandas", "pyarrow", "duckdb", "numpy", "filelock"} & set(sys.modules)
print(spent, *heavy)
"""


def test_opening_is_quick_and_imports_nothing_heavy(loaded_home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT, loaded_home], capture_output=True, text=True, check=True)
    seconds, *heavy = done.stdout.split()
    assert not heavy
    assert float(seconds) < 0.05


def test_nothing_loaded_is_none(tmp_path: Path) -> None:
    assert open_data(tmp_path) is None


def test_what_is_known_without_opening_tables(tiny: Dataset) -> None:
    assert tiny.last_day == date(2018, 8, 31) == tiny.info.period[1]
    assert tiny.info.rows["orders"] == 120
    assert not tiny.info.demo
    assert all(path.is_file() for path in tiny.frames.values())
    assert len(tiny.info.checksums) == 13


def test_a_manifest_reads_back_as_it_was(tiny: Dataset) -> None:
    assert DataInfo.from_json(json.loads(json.dumps(tiny.info.to_json()))) == tiny.info


def test_the_database_cannot_be_written(tiny: Dataset) -> None:
    with tiny.connect() as connection, pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("DELETE FROM orders")


@pytest.mark.parametrize(
    "damage",
    [
        lambda home, version: (home / "data/current.json").write_text("{"),
        lambda home, version: (home / "data/current.json").write_text("[]"),
        lambda home, version: (home / "data/current.json").write_text("{}"),
        lambda home, version: (version / "manifest.json").unlink(),
        lambda home, version: (version / "manifest.json").write_text('{"rows": {}}'),
        lambda home, version: shutil.rmtree(version),
    ],
    ids=["half an entry", "another entry", "empty entry", "no manifest", "another manifest", "no version"],
)
def test_damage_is_named_with_its_repair(
    loaded_home: Path, tmp_path: Path, damage: Callable[[Path, Path], object]
) -> None:
    home = Path(shutil.copytree(loaded_home, tmp_path / "home"))
    version = home / "data" / str(json.loads((home / "data/current.json").read_text())["fingerprint"])
    damage(home, version)
    with pytest.raises(DataError, match="crm data load DIR"):
        open_data(home)
