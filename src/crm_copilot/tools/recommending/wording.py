"""The fixed words of reasons and answers about what to offer, in English and Portuguese."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import pandas as pd

from crm_copilot.playbook.saying import tongue

_NAMED = 4


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "wording.toml").read_text("utf-8"))


def say(language: str, key: str, **values: object) -> str:
    """Return a sentence with its places filled in."""
    return _sentences()[key][tongue(language)].format(**values)


def month(day: pd.Timestamp, language: str) -> str:
    """Return a day as a person remembers it."""
    return say(language, "month", month=_sentences()["months"][tongue(language)].split()[day.month - 1], year=day.year)


def times(number: int, language: str) -> str:
    """Return how often, in words."""
    return say(language, {1: "once", 2: "twice"}.get(number, "times"), n=number)


def orders(number: int, language: str) -> str:
    """Return a number of orders, in words."""
    return say(language, "order" if number == 1 else "orders", n=number)


def amount(value: float, language: str) -> str:
    """Return an amount, its thousands grouped."""
    text = f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if tongue(language) == "pt" else text


def listed(names: Sequence[str], language: str) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:_NAMED])
    return say(language, "and more", names=shown, n=len(names) - _NAMED) if len(names) > _NAMED else shown
