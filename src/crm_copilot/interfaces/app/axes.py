"""The axes, the legend and the tooltips of a chart, in the language of the answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import altair as alt
import pandas as pd

from crm_copilot.interfaces.app.tables import decimals, is_numeric, title
from crm_copilot.respond.numbers import show

Side = TypeVar("Side", alt.X, alt.Y)
LEGEND_COLUMNS = 6
_MOST_LABELS, _SHORT = 8, 62
_MONTH, _DAY = r"\d{4}-\d{2}", r"\d{4}-\d{2}-\d{2}"
_DAYS = ["domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"]
_MONTHS = [
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
]  # fmt: skip
PORTUGUESE = alt.Locale(
    number=alt.NumberLocale(decimal=",", thousands=".", grouping=[3], currency=["R$ ", ""]),
    time=alt.TimeLocale(
        dateTime="%d/%m/%Y %H:%M", date="%d/%m/%Y", time="%H:%M", periods=["", ""], days=_DAYS, months=_MONTHS,
        shortDays=[day[:3] for day in _DAYS], shortMonths=[month[:3] for month in _MONTHS],
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of the result is called in the chart, and how its numbers are written there."""

    title: str
    exact: str = ""
    short: str = ""


def column(values: pd.Series[Any], name: str, unit: str | None) -> Column:
    """Return how a column of the result is written in the chart."""
    if not is_numeric(values):
        return Column(title(name, unit))
    places = decimals(values, name, unit)
    return Column(title(name, unit), f",.{places}f", "~s" if values.abs().max() >= 10_000 else f",.{max(2, places)}~f")


def name_of(value: Any, language: str) -> str:
    """Return a name as the answer's sentence writes it; years and hours are names too."""
    return show(value, None, language) if isinstance(value, str | bool) else str(value)


def times_of(values: pd.Series[Any]) -> pd.Series[Any] | None:
    """Return days or months as times, None for anything else."""
    dated = values.str.fullmatch(_DAY).all() or values.str.fullmatch(_MONTH).all()
    return pd.to_datetime(values) if dated else None


def calendar(names: pd.Series[Any], times: pd.Series[Any]) -> alt.Axis:
    """Label whole months, or days where days are told and the whole is short."""
    days = (times.max() - times.min()).days
    if days < _SHORT and not names.str.fullmatch(_MONTH).all():
        return alt.Axis(labelOverlap=True, format="%d %b %Y", tickCount=min(_MOST_LABELS, days + 1))
    step = max(1, math.ceil(days / 30.4 / _MOST_LABELS))
    return alt.Axis(labelOverlap=True, format="%b %Y", tickCount=alt.TimeIntervalStep("month", step))


def named() -> alt.Y:
    """Every group by its name, in the order of the table."""
    axis = alt.Axis(labelLimit=220, labelOverlap=False, labelFlush=False, ticks=False, domain=False)
    return alt.Y("x:N", title=None, sort=None, axis=axis)


def measured(side: type[Side], columns: Mapping[str, Column], ticks: int) -> Side:
    """The numbers, from zero on."""
    zero = "datum.value === 0 ? '0' : datum.label"
    axis = alt.Axis(format=columns["y"].short, tickCount=ticks, labelFlush=False, labelExpr=zero)
    return side("y:Q", title=columns["y"].title, axis=axis, scale=alt.Scale(zero=True))


def colored(columns: Mapping[str, Column]) -> alt.Color:
    """A colour for each value of the second key, told above the chart."""
    legend = alt.Legend(orient="top", columns=LEGEND_COLUMNS)
    return alt.Color("color:N", title=columns["color"].title, sort=None, legend=legend)


def tips(data: pd.DataFrame, columns: Mapping[str, Column]) -> list[alt.Tooltip]:
    """What is told of the point under the mouse, to the last digit."""
    across = alt.Tooltip("x:N", title=columns["x"].title)
    if pd.api.types.is_datetime64_any_dtype(data["x"]):
        across = alt.Tooltip("x:T", title=columns["x"].title, format="%Y-%m-%d")
    color = [alt.Tooltip("color:N", title=columns["color"].title)] if "color" in columns else []
    value = alt.Tooltip("y:Q", title=columns["y"].title, format=columns["y"].exact)
    return [across, *color, value]
