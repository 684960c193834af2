"""Loads run outside any page; what was wrong is told once, and nothing is left behind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crm_copilot.data import open_data
from crm_copilot.interfaces.app.loading import UPLOADS, Loading, Outcome

SECONDS = 60.0


def outcome(loading: Loading) -> Outcome:
    deadline = time.monotonic() + SECONDS
    while (found := loading.outcome()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


@pytest.fixture
def uploaded(files: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in files.iterdir()}


def test_an_outcome_is_told_once(files: Path, tmp_path: Path) -> None:
    loading = Loading()
    assert loading.outcome() is None
    loading.folder(files, tmp_path)
    found = outcome(loading)
    assert found.info is not None
    assert found.info.rows["orders"] == 600
    assert loading.outcome() is None
    assert not loading.busy


def test_what_is_wrong_with_a_folder_is_told_as_the_loader_says_it(tmp_path: Path) -> None:
    loading = Loading()
    loading.folder(tmp_path / "nowhere", tmp_path)
    assert "is not a folder; name the one that holds the Olist CSV files" in outcome(loading).trouble


def test_uploads_replace_each_other_and_wrong_ones_leave_nothing(uploaded: dict[str, bytes], tmp_path: Path) -> None:
    loading = Loading()
    loading.files(uploaded, tmp_path)
    first = outcome(loading)
    assert first.info is not None
    loading.files({"olist_orders_dataset.csv": b"nonsense\n"}, tmp_path)
    assert outcome(loading).trouble
    assert [str(kept) for kept in (tmp_path / UPLOADS).iterdir()] == [first.info.source]
    loading.files(uploaded, tmp_path)
    again = outcome(loading)
    assert again.info is not None
    assert [str(kept) for kept in (tmp_path / UPLOADS).iterdir()] == [again.info.source]
    data = open_data(tmp_path)
    assert data is not None
    assert data.info.source == again.info.source


def test_a_file_cannot_be_named_out_of_its_folder(uploaded: dict[str, bytes], tmp_path: Path) -> None:
    loading = Loading()
    loading.files({**uploaded, "../../escaped.csv": b"x"}, tmp_path / "home")
    assert outcome(loading).info is not None
    assert not list(tmp_path.glob("escaped.csv"))
    assert len(list((tmp_path / "home" / UPLOADS).glob("*/escaped.csv"))) == 1
