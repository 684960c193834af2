"""Settings: read once, frozen, and each bad value named with what was expected."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from crm_copilot.errors import SettingsError
from crm_copilot.settings import ROOT, Settings, load_settings


def load(env_file: Path | None = None, **overrides: object) -> Settings:
    return load_settings(env_file, **overrides)


def test_everything_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_HOME")
    settings = load()
    assert (settings.model, settings.data_dir, settings.max_attempts) == ("embedded", None, 3)
    assert settings.home_dir == Path.home() / ".crm-copilot"


def test_the_shipped_folders_are_there() -> None:
    settings = load()
    assert {settings.models_dir, settings.knowledge_dir, settings.index_dir} == {
        ROOT / "models",
        ROOT / "data",
        ROOT / "faiss_store",
    }
    assert all(folder.is_dir() for folder in (settings.models_dir, settings.knowledge_dir, settings.index_dir))


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_MODEL", "openai:gpt-4o-mini")
    monkeypatch.setenv("CRM_MAX_ATTEMPTS", "2")
    monkeypatch.setenv("crm_confidence_threshold", "0.5")
    settings = load()
    assert (settings.model, settings.max_attempts, settings.confidence_threshold) == ("openai:gpt-4o-mini", 2, 0.5)


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("CRM_MODEL=ollama:mistral\nCRM_MAX_ATTEMPTS=1\nOTHER_TOOL=x\n")
    monkeypatch.setenv("CRM_MAX_ATTEMPTS", "2")
    assert (load(file).model, load(file).max_attempts) == ("ollama:mistral", 2)


def test_the_file_of_the_folder_one_stands_in_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CRM_MODEL=ollama:mistral\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings().model == "ollama:mistral"


def test_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_MAX_ATTEMPTS", "2")
    assert load(max_attempts=1).max_attempts == 1


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load().model = "another"  # type: ignore[misc]


def test_a_key_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_MODEL_API_KEY", "sk-very-secret")
    settings = load()
    assert settings.model_api_key is not None
    assert settings.model_api_key.get_secret_value() == "sk-very-secret"
    assert "sk-very-secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"


BAD = [
    ("CRM_MAX_ATTEMPTS", "0", "greater than or equal to 1"),
    ("CRM_MAX_ATTEMPTS", "4", "less than or equal to 3"),
    ("CRM_MAX_ATTEMPTS", "three", "valid integer"),
    ("CRM_MODEL_TIMEOUT_SECONDS", "0", "greater than 0"),
    ("CRM_MODEL_TIMEOUT_SECONDS", "soon", "valid number"),
    ("CRM_MODEL_TIMEOUT_SECONDS", "inf", "finite"),
    ("CRM_MODEL_CANDIDATES", "0", "greater than or equal to 1"),
    ("CRM_MODEL_CANDIDATES", "9", "less than or equal to 8"),
    ("CRM_CONFIDENCE_THRESHOLD", "1.1", "less than or equal to 1"),
    ("CRM_CONFIDENCE_THRESHOLD", "-0.1", "greater than or equal to 0"),
    ("CRM_CONFIDENCE_THRESHOLD", "70%", "valid number"),
    ("CRM_CONFIDENCE_THRESHOLD", "nan", "less than or equal to 1"),
    ("CRM_SANDBOX_TIMEOUT_SECONDS", "0", "greater than 0"),
    ("CRM_SANDBOX_TIMEOUT_SECONDS", "121", "less than or equal to 120"),
    ("CRM_SANDBOX_MEMORY_MB", "64", "greater than or equal to 128"),
    ("CRM_SANDBOX_MEMORY_MB", "1GB", "valid integer"),
    ("CRM_KEEP_DAYS", "0", "greater than or equal to 1"),
    ("CRM_LOG_LEVEL", "LOUD", "DEBUG"),
]


@pytest.mark.parametrize(("name", "value", "expectation"), BAD)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_bad_value_is_named_with_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, expectation: str, where: str
) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{name}={value}\n" if where == "file" else "")
    if where == "environment":
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load(file)
    text = str(error.value)
    assert text.startswith(f"{name} has the value '{value}'")
    assert expectation in text
    assert ".env" in text


@pytest.mark.parametrize("level", ["DEBUG", "debug", "Info", "WARNING", "error"])
def test_a_log_level_may_be_written_in_any_case(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    monkeypatch.setenv("CRM_LOG_LEVEL", level)
    assert isinstance(logging.getLevelName(load().log_level), int)


def test_a_misspelt_variable_is_warned_of_with_the_name_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CRM_MODLE", "openai:x")
    monkeypatch.setenv("CRM_COMPLETELY_DIFFERENT", "1")
    load()
    texts = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "CRM_MODLE is no setting of this product; did you mean CRM_MODEL?" in texts
    assert any(text.startswith("CRM_COMPLETELY_DIFFERENT is no setting") for text in texts)
    assert not any("CRM_HOME" in text for text in texts)


def test_a_misspelt_variable_in_the_file_is_warned_of_too(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / ".env"
    file.write_text("CRM_MODLE=openai:x\nOTHER_TOOL=x\n")
    load(file)
    assert "CRM_MODLE is no setting of this product; did you mean CRM_MODEL?" in caplog.text
    assert "OTHER_TOOL" not in caplog.text


@pytest.mark.parametrize("name", ["CRM_DATA_DIR", "CRM_HOME", "CRM_MODEL", "CRM_MODEL_BASE_URL", "CRM_MODEL_API_KEY"])
def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As compose files and CI give them; an empty CRM_HOME would write into the folder one stands in."""
    monkeypatch.delenv("CRM_HOME")
    plain = load()
    monkeypatch.setenv(name, "")
    assert load() == plain


@pytest.mark.parametrize("name", ["CRM_HOME", "CRM_DATA_DIR"])
def test_a_tilde_stands_for_the_home_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """No shell replaces it in a file."""
    file = tmp_path / ".env"
    file.write_text(f"{name}=~/company\n")
    monkeypatch.delenv("CRM_HOME")
    settings = load(file)
    assert (settings.home_dir if name == "CRM_HOME" else settings.data_dir) == Path.home() / "company"
