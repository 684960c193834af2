"""What every page has: the banner over demo data, the masked settings, and what is wrong with the house."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_copilot.interfaces.app import SCRIPT, resources
from crm_copilot.interfaces.app.frame import DEMO

from .helpers import App, texts


def test_the_entry_script_draws_the_chat(own_app: App) -> None:
    page = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert not page.exception
    assert page.title[0].value == "Ask about your company's sales"


@pytest.mark.parametrize("name", ["chat", "data", "settings"])
def test_every_page_says_that_these_are_demo_data(own_app: App, name: str) -> None:
    assert [info.value for info in own_app.open(name).info] == [DEMO]


def test_no_banner_over_data_of_ones_own(own_app: App, files: Path) -> None:
    resources.loading().folder(files, resources.house().settings.home_dir)
    assert not own_app.open("data").info


def test_a_house_that_cannot_be_opened_still_shows_its_conversations(own_app: App, home: Path) -> None:
    first = own_app.ask(own_app.open(), "Revenue in 2018")
    resources.service().close()
    resources.service.clear()
    (home / "data" / "current.json").write_text("{")
    page = own_app.open(conversation=first.query_params["conversation"])
    assert "crm data load DIR" in page.error[0].value.replace("\\", "")
    assert "Revenue, in 2018" in texts(page)


def test_the_settings_page_masks_secrets(own_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_MODEL_API_KEY", "sk-very-secret")
    monkeypatch.setenv("CRM_MODEL_BASE_URL", "http://user:pass@host/v1")
    page = own_app.open("settings")
    settings = page.table[1].value.map(lambda cell: cell.replace("\\", "").replace("\u2060", "")).set_index("Variable")
    assert settings.loc["CRM_MODEL_API_KEY", ["Value", "From"]].tolist() == ["••••••••", "environment or .env"]
    assert settings.loc["CRM_MODEL_BASE_URL", "Value"] == "http://•••@host/v1"
    assert settings.loc["CRM_MODEL", ["Value", "From"]].tolist() == ["embedded", "default"]
    assert "10 of 10 attempts" in texts(page)
