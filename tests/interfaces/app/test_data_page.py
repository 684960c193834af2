"""The data page: what is loaded, and loading one's own."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from untrained import untrained

from crm_copilot.data import demo, load
from crm_copilot.interfaces import points
from crm_copilot.interfaces.app import resources
from crm_copilot.interfaces.app.frame import DEMO
from crm_copilot.interfaces.app.renewal import WRITING
from training.recommender import folder

from .helpers import App, press, texts


def train(home: Path) -> None:
    """Put a recommender for the data in use below the home of the app."""
    folder.save(untrained(resources.house().dataset), home / "models" / "recommender" / "own")


def shown(page: AppTest) -> list[str]:
    """Return the captions of a page as they are read."""
    return [caption.value.replace("\\", "").replace("\u2060", "") for caption in page.caption]


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


def test_a_load_writes_the_scores_of_what_to_offer(own_app: App, files: Path, home: Path) -> None:
    page = own_app.open("data")
    train(home)
    page.text_input[0].set_value(str(files))
    press(page, "Load folder")
    own_app.run(page)
    assert page.success, "the load is still told when the scores have been written"
    buyers = sum(person.orders > 0 for person in resources.house().ledger.search("", 10_000))
    assert f"Scores of {buyers} customers, {buyers} of them new." in shown(page)
    table = resources.house().scores
    assert table is not None
    assert not table.stale
    assert any(text.startswith("Foretold by DCN, full from purchases until") for text in shown(own_app.open("offers")))


def test_the_data_are_in_use_while_scores_are_written(
    own_app: App, files: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part that writes them waits here until the page has been looked at."""
    go_on, real = threading.Event(), points.said
    page = own_app.open("data")
    train(home)
    monkeypatch.setattr(points, "said", lambda *given: go_on.wait(60) and real(*given))
    page.text_input[0].set_value(str(files))
    press(page, "Load folder")
    page.run()
    while not page.success:
        page.run()
    assert [status.label for status in page.status] == [WRITING]
    assert not resources.house().dataset.info.demo
    go_on.set()
    own_app.run(page)
    assert any(text.startswith("Scores of") for text in shown(page))


def test_data_that_no_model_knows_are_said_to_be_counted(own_app: App, files: Path) -> None:
    page = own_app.open("data")
    page.text_input[0].set_value(str(files))
    press(page, "Load folder")
    own_app.run(page)
    said = "Offers are counted, not foretold: no recommender was trained on these data"
    assert any(text.startswith(said) for text in shown(page))


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
