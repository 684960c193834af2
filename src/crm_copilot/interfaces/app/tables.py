"""A result as a table: the frame, and how each column is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from crm_copilot.interfaces.app.plain import heading
from crm_copilot.library import codec
from crm_copilot.respond.words import units
from crm_copilot.understanding.text import language_of as language_of_text

Result = Mapping[str, Any]

_SIGNS = {"BRL": "R$", "percent": "%", "cm3": "cm³"} | {name: name for name in ("days", "hours", "g", "cm", "km")}
_NAMES_OF_NUMBERS = ("year", "hour", "day", "week", "month", "quarter", "semester", "weekday")
_ROW_PIXELS, _MOST_VISIBLE, _MOST_STYLED = 35, 8, 100_000
_MISSING = "—"


def frame(result: Result) -> pd.DataFrame:
    """Return the result with a column of numbers wherever all values are numbers."""
    return pd.DataFrame(result["rows"], columns=unique(result["columns"]))


def unique(columns: Sequence[str]) -> list[str]:
    """Return the names, told apart where one comes twice."""
    found: list[str] = []
    for name in columns:
        fresh, number = name, 1
        while fresh in found:
            number += 1
            fresh = f"{name} ({number})"
        found.append(fresh)
    return found


def units_of(result: Result) -> list[str | None]:
    """Return the unit of each column; none are known for what a chat model wrote."""
    plan = None
    with suppress(KeyError, TypeError, ValueError):
        plan = codec.from_json(result["plan"]) if result.get("plan") else None
    return units(plan, result["columns"])


def language_of(result: Result) -> str:
    """Return the language of the answer's sentence, "pt" or "en", so that all its numbers are written alike."""
    title = result["answer"].partition(":")[0]
    return "pt" if language_of_text(title) == "pt" else "en"


def draw(result: Result, key: str) -> None:
    """Show the table in full width, numbers as numbers."""
    data, unit = frame(result), dict(zip(unique(result["columns"]), units_of(result), strict=True))
    styled = language_of(result) == "pt" and data.size <= _MOST_STYLED
    st.dataframe(
        _portuguese(data, unit) if styled else data, hide_index=True, placeholder=_MISSING, key=key,
        column_config={name: _column(data[name], name, unit[name], styled=styled) for name in data.columns},
        height=_ROW_PIXELS * (min(len(data), _MOST_VISIBLE) + 1) + 3, alt=str(result["question"]),
    )  # fmt: skip
    if result["truncated"]:
        st.caption(f"The first {len(data):,} of {result['n_rows']:,} rows.")


def title(name: str, unit: str | None) -> str:
    """Return the heading of a column with its unit."""
    sign, words = _SIGNS.get(unit or ""), heading(name.removesuffix("_pct"))
    told = sign is None or name == "value" or sign in words.split()
    return words if told else f"{words} ({sign})"


def decimals(values: pd.Series[Any], name: str, unit: str | None) -> int:
    """Return how many decimals a column of numbers is shown with."""
    if name in _NAMES_OF_NUMBERS or bool((values.dropna() % 1 == 0).all() and unit != "BRL"):
        return 0
    return 2 if unit == "BRL" or values.abs().max() >= 1 else 4


def is_numeric(values: pd.Series[Any]) -> bool:
    """Whether a column holds numbers; yes and no are none."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _portuguese(data: pd.DataFrame, unit: Mapping[str, str | None]) -> Styler:
    """Return the table with its numbers written as in the sentence; they are still sorted as numbers."""
    style = data.style
    for name in data.columns:
        if is_numeric(data[name]) and not _is_name(name):
            places = decimals(data[name], name, unit[name])
            style = style.format(subset=[name], precision=places, decimal=",", thousands=".", na_rep=_MISSING)
    return style


def _column(values: pd.Series[Any], name: str, unit: str | None, *, styled: bool) -> Any:
    if not is_numeric(values):
        return st.column_config.Column(title(name, unit))
    if _is_name(name):
        return st.column_config.NumberColumn(title(name, None), format="%d")
    written = None if styled else f"%,.{decimals(values, name, unit)}f"
    return st.column_config.NumberColumn(title(name, unit), format=written)


def _is_name(name: str) -> bool:
    """Whether the numbers of a column name something, and so have no thousands."""
    return name in _NAMES_OF_NUMBERS or name.endswith(("_id", "_prefix"))
