"""Every setting of the product, read once from the environment and `.env`, prefix CRM_.

This is the only reader of the environment. `docs/settings.md` explains each setting; a test holds it to this file.
"""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from crm_copilot.errors import SettingsError

log = logging.getLogger(__name__)
PREFIX = "CRM_"
ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """The settings, frozen; `load_settings` makes them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    data_dir: Path | None = Field(None, description="folder with the Olist CSV files in their published names")
    home: Path = Field(Path("~/.crm-copilot"), description="where everything that is written goes")
    database_url: SecretStr | None = Field(
        None, description="address of a PostgreSQL database for conversations, accounts and the audit"
    )
    keep_days: int | None = Field(None, ge=1, description="how long conversations, runs and the audit are kept")
    model: str = Field(
        "embedded", description="'embedded', 'library', 'writer', or a model in LangChain's provider:name form"
    )
    model_base_url: str | None = Field(None, description="address of an OpenAI-compatible server")
    model_api_key: SecretStr | None = Field(None, description="key of that server")
    model_timeout_seconds: float = Field(
        60.0, gt=0, allow_inf_nan=False, description="how long one answer of the model may take"
    )
    model_candidates: int = Field(3, ge=1, le=8, description="candidates that a chat model writes for each attempt")
    writer_candidates: int = Field(8, ge=1, le=16, description="candidates that the embedded model writes at once")
    max_attempts: int = Field(3, ge=1, le=3, description="rounds of generate, execute and reflect")
    confidence_threshold: float = Field(0.6, ge=0, le=1, description="below it the answer is 'I am not sure'")
    learned_examples: bool = Field(True, description="whether answers that people confirmed help to answer others")
    sandbox_timeout_seconds: float = Field(10.0, gt=0, le=120, description="wall-clock limit of one program")
    sandbox_memory_mb: int = Field(1024, ge=128, description="memory of one program above that of the tables")
    models_dir: Path = Field(ROOT / "models", description="folder of the models that are shipped")
    knowledge_dir: Path = Field(ROOT / "data", description="folder of the texts that are shipped (playbook, support)")
    index_dir: Path = Field(ROOT / "faiss_store", description="folder of the index that is shipped")
    service_workers: int = Field(8, ge=1, le=64, description="questions that are answered at once")
    service_waiting: int = Field(32, ge=1, description="questions that may wait; one more is told to try again")
    service_houses: int = Field(6, ge=1, description="groups of people with a limited view that are kept open at once")
    cache_seconds: float = Field(
        600.0, ge=0, allow_inf_nan=False, description="how long an equal question is given the same answer"
    )
    questions_a_minute: int = Field(30, ge=1, description="questions that one person may ask in a minute")
    questions_a_day: int = Field(1000, ge=1, description="questions that one person may ask in a day")
    amocrm_client_secret: SecretStr | None = Field(None, description="secret key of the integration with amoCRM")
    telegram_token: SecretStr | None = Field(None, description="token of the Telegram bot, as @BotFather gives it")
    telegram_users: str | None = Field(
        None, description="ids of the Telegram users whom the bot answers, with commas between"
    )
    telegram_base_url: str = Field("https://api.telegram.org", description="address of the Bot API server")
    log_level: str = Field("WARNING", description="level of the log on standard error")
    log_format: Literal["text", "json"] = Field("text", description="'text', or 'json' for lines without personal data")
    otlp_endpoint: str | None = Field(None, description="address of an OTLP/HTTP receiver, to which traces are sent")
    metrics_port: int | None = Field(None, ge=1, le=65535, description="port at which the app shows its numbers")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.upper() not in logging.getLevelNamesMapping():
            raise ValueError("expected DEBUG, INFO, WARNING, ERROR or CRITICAL")
        return level.upper()

    @field_validator("home", "data_dir", "models_dir", "knowledge_dir", "index_dir")
    @classmethod
    def _without_tilde(cls, path: Path | None) -> Path | None:
        return path and path.expanduser()

    @property
    def home_dir(self) -> Path:
        """`home` with ~ replaced."""
        return self.home.expanduser()

    @property
    def writer_dir(self) -> Path:
        """The small model in use: the one that was promoted (`crm train promote`), else the one that ships."""
        promoted = self.home_dir / "models" / "writer"
        return promoted.resolve() if promoted.exists() else self.models_dir / "writer"


def load_settings(env_file: Path | None = Path(".env"), **overrides: object) -> Settings:
    """Return the settings; raise SettingsError naming the variable, its value and what was expected."""
    written = dotenv_values(env_file) if env_file else {}
    _warn_of_unknown([*os.environ, *written])  # noqa: TID251 - the one place
    try:
        return Settings(_env_file=env_file, **overrides)  # type: ignore[call-arg,arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(
            f"{name} has the value {first['input']!r}: {first['msg']}; correct it in the environment or in .env"
        ) from error


def silence_telemetry() -> None:
    """Keep onnxruntime from reporting to its maker; it reads this once, so call it before that package is loaded."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # noqa: TID251 - the one place


def _warn_of_unknown(names: Iterable[str]) -> None:
    """A misspelt variable would be ignored in silence."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in names:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            log.warning("%s is no setting of this product%s", name, f"; did you mean {near[0]}?" if near else "")
