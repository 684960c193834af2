"""The demo company's own words and facts, which lie beside the code as CSV and TOML."""

from __future__ import annotations

import csv
import tomllib
from importlib.resources import files
from typing import Any


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of this folder."""
    return list(csv.DictReader(_text(name).splitlines()))


def table_of(name: str) -> dict[str, Any]:
    """Return the content of a TOML file of this folder."""
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")
