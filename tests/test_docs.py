"""The pages are held to the code: a setting that is not explained, or explained and gone, fails here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crm_copilot.settings import PREFIX, ROOT, Settings, load_settings

SETTINGS = {PREFIX + name.upper(): field for name, field in Settings.model_fields.items()}
PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
# Lines of the example file that show a value which is no default.
MADE_UP = (
    "DATA_DIR", "DATABASE_URL", "INDEX_DIR", "KEEP_DAYS", "KNOWLEDGE_DIR", "METRICS_PORT", "MODEL_API_KEY",
    "MODEL_BASE_URL", "MODELS_DIR", "OTLP_ENDPOINT",
)  # fmt: skip
ROWS = dict(re.findall(r"^\| `(CRM_\w+)` \| (.+?) \|", PAGE, re.MULTILINE))


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_explained_with_its_default(name: str) -> None:
    assert name in ROWS, f"docs/settings.md has no row for {name}"
    assert _shown(SETTINGS[name].default) in ROWS[name]


def _shown(default: Any) -> str:
    if default is None:
        return "not set"
    if isinstance(default, Path) and default.is_relative_to(ROOT):
        return f"`{default.relative_to(ROOT)}` in the repository"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def test_nothing_is_explained_that_is_no_setting() -> None:
    assert set(re.findall(r"CRM_[A-Z_]+[A-Z]", PAGE)) <= set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_in_the_example_file(name: str) -> None:
    assert re.search(rf"^#?{name}=", EXAMPLE, re.MULTILINE), f".env.example has no line for {name}"


def test_the_example_file_names_settings_only() -> None:
    assert set(re.findall(r"^#?(CRM_\w+)=", EXAMPLE, re.MULTILINE)) <= set(SETTINGS)


def test_the_example_file_as_it_is_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_HOME")
    file = tmp_path / ".env"
    file.write_text(EXAMPLE, "utf-8")
    assert load_settings(file) == load_settings(None)


def test_the_defaults_of_the_example_file_are_those_of_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each commented line shows the default, but where a default would be no example."""
    monkeypatch.delenv("CRM_HOME")
    file = tmp_path / ".env"
    shown = re.sub(rf"^#(CRM_(?!{'|'.join(MADE_UP)}))", r"\1", EXAMPLE, flags=re.MULTILINE)
    file.write_text(shown, "utf-8")
    assert load_settings(file) == load_settings(None)


def test_langgraph_json_names_files_and_a_function_that_are_there() -> None:
    declared = json.loads((ROOT / "langgraph.json").read_text())
    path, _, function = declared["graphs"]["copilot"].partition(":")
    assert f"def {function}(" in (ROOT / path).read_text("utf-8")
    assert (ROOT / declared["env"]).is_file()
