"""The data page: what is loaded, and loading one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_copilot.data import demo, load
from crm_copilot.interfaces.app import resources
from crm_copilot.interfaces.app.frame import DEMO

from .helpers import App, press, texts


def test_the_data_page_tells_what_is_loaded(own_app: App) -> None:
    page = own_app.open("data")
    assert {metric.label: metric.value for metric in page.metric}["Orders"] == "600"
    loaded, preview = (table.value for table in page.dataframe)
    assert loaded.set_index("Table").loc["orders", "Rows"] == 600
    assert "when the customer bought" in page.table[0].value["Meaning"].tolist()
    assert len(preview) == 20
    page.selectbox[0].set_value("products").run()
    assert "product_category" in page.dataframe[1].value.columns


def test_a_folder_is_loaded_by_its_path_and_asked_at_once(own_app: App, files: Path) -> None:
    page = own_app.open("data")
    page.text_input[0].set_value(str(files))
    press(page, "Load folder")
    own_app.run(page)
    assert [found.value.replace("\\", "")[:17] for found in page.success] == ["Loaded 600 orders"]
    assert not page.info
    assert not resources.house().dataset.info.demo
    assert "Revenue, in 2018" in texts(own_app.ask(own_app.open(), "Revenue in 2018"))


def test_a_wrong_folder_is_refused_and_the_data_stay(own_app: App, files: Path, tmp_path: Path) -> None:
    page = own_app.open("data")
    page.text_input[0].set_value(str(tmp_path / "nowhere"))
    press(page, "Load folder")
    own_app.run(page)
    assert "is not a folder" in page.error[0].value
    assert [info.value for info in page.info] == [DEMO]


def test_uploaded_files_are_loaded_and_kept(own_app: App, files: Path, home: Path) -> None:
    page = own_app.open("data")
    page.file_uploader[0].set_value([(path.name, path.read_bytes(), "text/csv") for path in files.iterdir()])
    press(page, "Load files")
    own_app.run(page)
    assert page.success
    assert "Source: uploaded files" in texts(page)
    (kept,) = (home / "uploads").iterdir()
    assert len(list(kept.iterdir())) == len(list(files.iterdir()))


def test_data_named_by_the_environment_are_not_changed_here(
    own_app: App, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(files))
    page = own_app.open("data")
    assert "CRM_DATA_DIR" in page.info[0].value.replace("\\", "")
    assert not page.text_input


def test_a_load_from_the_command_line_is_noticed(own_app: App, files: Path, home: Path) -> None:
    page = own_app.open("data")
    demo.generate(home.parent / "other", orders=100)
    load(home.parent / "other", home)
    own_app.run(page)
    assert {metric.label: metric.value for metric in page.metric}["Orders"] == "100"
