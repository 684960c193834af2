"""A result as a table: the frame, and how each column is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pandas as pd
import streamlit as st

from crm_copilot.interfaces.app.plain import heading
from crm_copilot.library import codec
from crm_copilot.respond.numbers import show
from crm_copilot.respond.words import units

Result = Mapping[str, Any]

_SIGNS = {"BRL": "R$", "percent": "%", "cm3": "cm³"} | {name: name for name in ("days", "hours", "g", "cm", "km")}
_NAMES_OF_NUMBERS = ("year", "hour", "day", "week", "month", "quarter", "semester", "weekday")
_ROW_PIXELS, _MOST_VISIBLE = 35, 8


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
    """Return the language in which the answer writes its one number, so that the big number is written alike."""
    value, unit = result["rows"][0][0], units_of(result)[0]
    portuguese = show(value, unit, "pt")
    return "pt" if portuguese in result["answer"] and show(value, unit, "en") not in result["answer"] else "en"


def draw(result: Result, key: str) -> None:
    """Show the table in full width, numbers as numbers."""
    data, unit = frame(result), units_of(result)
    columns = {name: _column(data[name], name, unit[place]) for place, name in enumerate(data.columns)}
    height = _ROW_PIXELS * (min(len(data), _MOST_VISIBLE) + 1) + 3
    st.dataframe(data, hide_index=True, column_config=columns, height=height, key=key, alt=str(result["question"]))
    if result["truncated"]:
        st.caption(f"The first {len(data):,} of {result['n_rows']:,} rows.")


def title(name: str, unit: str | None) -> str:
    """Return the heading of a column with its unit."""
    sign = _SIGNS.get(unit or "")
    return f"{heading(name)} ({sign})" if sign and name != "value" else heading(name)


def decimals(values: pd.Series[Any], name: str, unit: str | None) -> int:
    """Return how many decimals a column of numbers is shown with."""
    if name in _NAMES_OF_NUMBERS or bool((values.dropna() % 1 == 0).all() and unit != "BRL"):
        return 0
    return 2 if unit == "BRL" or values.abs().max() >= 1 else 4


def _column(values: pd.Series[Any], name: str, unit: str | None) -> Any:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return st.column_config.Column(title(name, unit))
    if name in _NAMES_OF_NUMBERS or name.endswith(("_id", "_prefix")):
        return st.column_config.NumberColumn(title(name, None), format="%d")
    return st.column_config.NumberColumn(title(name, unit), format=f"%,.{decimals(values, name, unit)}f")
