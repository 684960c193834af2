"""The knowledge page: what is added is found, looked at and removed; a bad file is told and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_copilot.interfaces.app import knowledge_page, resources

from .helpers import App, press, texts


class Upload:
    """A file as Streamlit hands it over."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self._content = name, content

    def getvalue(self) -> bytes:
        return self._content


@pytest.fixture
def guides(own_app: App, home: Path) -> App:
    own_app.open("knowledge")
    held = resources.house().collections
    file = Upload("../guide.md", b"# Keys\n\nLost keys are replaced at the front desk.\n")
    assert knowledge_page._added(held, "guides", [file]) == "guide.md: 1 passages."
    return own_app


def test_search_look_and_remove(guides: App) -> None:
    page = guides.open("knowledge")
    page.selectbox(key="search-collection").set_value("guides")
    page.text_input(key="search-query").set_value("who replaces a key").run()
    assert "Keys\nLost keys are replaced at the front desk." in texts(page)
    press(page, "Remove this file")
    page.run()
    assert page.success[0].value.startswith("Removed 1 passages of guide")
    assert resources.house().collections.names() == []


def test_a_bad_file_is_told(guides: App) -> None:
    held = resources.house().collections
    said = knowledge_page._added(held, "guides", [Upload("a.txt", b"fine"), Upload("b.pdf", b"no")])
    assert said.startswith("a.txt: 1 passages; NOT added: b.pdf: it is no PDF")
