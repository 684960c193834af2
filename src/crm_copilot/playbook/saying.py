"""The fixed words of answers in English and Portuguese, and how numbers, days and lists are written."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Return every sentence by its name and language."""
    return tomllib.loads((files(__package__) / "saying.toml").read_text("utf-8"))


def tongue(language: str) -> str:
    """Return the language that answers are written in."""
    return "pt" if language == "pt" else "en"


def say(language: str, key: str, **values: object) -> str:
    """Return a sentence with its places filled in."""
    return sentences()[key][tongue(language)].format(**values)


def listed(names: Sequence[str], language: str, word: str = "and") -> str:
    """Return names as a list in words."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {sentences()[word][tongue(language)]} {names[-1]}"


def written(value: float | None, language: str) -> str:
    """Return an amount, its thousands grouped."""
    if value is None:
        return "—"
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if tongue(language) == "pt" else text


def day(value: date | None) -> str:
    """Return a day as ISO 8601 writes it."""
    return value.isoformat() if value else "—"
