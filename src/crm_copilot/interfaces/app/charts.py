"""The chart that an answer's hint asks for: a line over time, bars in the order of the table.

No more is drawn than can be read; `Chart.note` says what was left out. A line whose table is not in the order of time
would run back and forth, so it becomes bars.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from crm_copilot.interfaces.app.tables import Result, decimals, frame, title, units_of

MOST_BARS, MOST_GROUPS, MOST_COLORS = 20, 8, 6
_MOST_LABELS, _MOST_POINTS = 8, 60
_BAR, _THIN_BAR, _LINE, _AXIS, _LEGEND = 21, 14, 250, 60, 50
_MONTH, _DAY = r"\d{4}-\d{2}", r"\d{4}-\d{2}-\d{2}"
_INK = "#1f5f8b"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, and what it leaves out in words."""

    picture: alt.Chart
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of the result is called in the chart, and how its numbers are written there."""

    title: str
    exact: str = ""
    short: str = ""


def chart(result: Result) -> Chart | None:
    """Return the chart of a result, None when its hint is missing or does not fit its columns."""
    hint: Mapping[str, str] = result.get("chart") or {}
    data = frame(result)
    wanted = {place: hint[place] for place in ("x", "y", "color") if place in hint}
    if (
        not {"x", "y"} <= wanted.keys()
        or not set(wanted.values()) <= set(data.columns)
        or not _numeric(data[hint["y"]])
    ):
        return None
    drawn = pd.DataFrame({place: data[name] for place, name in wanted.items()}).dropna(subset=["x", "y"])
    drawn["x"] = drawn["x"].astype(str)
    if drawn.empty:
        return None
    unit = dict(zip(result["columns"], units_of(result), strict=True))
    columns = {place: _column(data[name], name, unit.get(name)) for place, name in wanted.items()}
    if hint["kind"] == "line" and _in_order(drawn):
        return _line(drawn, columns)
    return _grouped(drawn, columns) if "color" in columns else _bars(drawn, columns)


def _numeric(values: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _column(values: pd.Series[Any], name: str, unit: str | None) -> Column:
    if not _numeric(values):
        return Column(title(name, unit))
    places = decimals(values, name, unit)
    return Column(title(name, unit), f",.{places}f", "~s" if values.abs().max() >= 1000 else f",.{max(2, places)}~f")


def _in_order(data: pd.DataFrame) -> bool:
    """Whether each line would run from left to right."""
    lines = [part["x"] for _, part in data.groupby("color", sort=False)] if "color" in data else [data["x"]]
    numbers = pd.to_numeric(data["x"], errors="coerce").notna().all()
    return all((line.astype(float) if numbers else line).is_monotonic_increasing for line in lines)


def _line(data: pd.DataFrame, columns: Mapping[str, Column]) -> Chart:
    kept, note = _largest(data, columns) if "color" in columns else (data, "")
    times, several = _times(kept["x"]), "color" in columns
    across = alt.X("x:O", title=None, sort=None, axis=alt.Axis(labelOverlap=True, labelAngle=0))
    if times is not None:
        kept, across = kept.assign(x=times), alt.X("x:T", title=None, axis=_calendar(times))
    picture = alt.Chart(kept).mark_line(strokeWidth=2, point=kept["x"].nunique() <= _MOST_POINTS)
    color = _color(columns) if several else alt.value(_INK)
    picture = picture.encode(x=across, y=alt.Y(**_values(columns)), color=color, tooltip=_tips(kept, columns))
    return Chart(picture.properties(height=_LINE + _LEGEND * several), note)


def _bars(data: pd.DataFrame, columns: Mapping[str, Column]) -> Chart:
    shown = data.head(MOST_BARS)
    note = f"The first {len(shown)} of {len(data)} rows." if len(shown) < len(data) else ""
    picture = alt.Chart(shown).mark_bar(cornerRadiusEnd=2, color=_INK)
    picture = picture.encode(x=alt.X(**_values(columns)), y=_names(), tooltip=_tips(shown, columns))
    return Chart(picture.properties(height=_BAR * shown["x"].nunique() + _AXIS), note)


def _grouped(data: pd.DataFrame, columns: Mapping[str, Column]) -> Chart:
    """Bars side by side; never stacked, since averages and shares do not add up."""
    kept, note = _largest(data, columns)
    groups, all_groups = kept["x"].drop_duplicates().head(MOST_GROUPS), kept["x"].nunique()
    shown = kept[kept["x"].isin(groups)]
    if len(groups) < all_groups:
        note = f"{note} The first {len(groups)} of {all_groups} groups.".strip()
    picture = alt.Chart(shown).mark_bar().encode(
        x=alt.X(**_values(columns)), y=_names(), yOffset=alt.YOffset("color:N", sort=None), color=_color(columns),
        tooltip=_tips(shown, columns),
    )  # fmt: skip
    bars = _THIN_BAR * len(groups) * shown["color"].nunique()
    return Chart(picture.properties(height=bars + _AXIS + _LEGEND), note)


def _largest(data: pd.DataFrame, columns: Mapping[str, Column]) -> tuple[pd.DataFrame, str]:
    """Keep the colours with the largest totals, and say so."""
    totals = data.groupby("color")["y"].sum().sort_values(ascending=False, kind="stable")
    if len(totals) <= MOST_COLORS:
        return data, ""
    kept = data[data["color"].isin(totals.index[:MOST_COLORS])]
    return kept, f"{columns['color'].title}: the {MOST_COLORS} largest of {len(totals)}."


def _times(values: pd.Series[Any]) -> pd.Series[Any] | None:
    """Return days or months as times, None for anything else."""
    dated = values.str.fullmatch(_DAY).all() or values.str.fullmatch(_MONTH).all()
    return pd.to_datetime(values) if dated else None


def _calendar(times: pd.Series[Any]) -> alt.Axis:
    """Label whole months, or days where the whole is shorter than that."""
    days = (times.max() - times.min()).days
    if days < 32:
        return alt.Axis(labelOverlap=True, format="%d %b %Y", tickCount=min(_MOST_LABELS, days + 1))
    step = math.ceil(days / 30.4 / _MOST_LABELS)
    return alt.Axis(labelOverlap=True, format="%b %Y", tickCount=alt.TimeIntervalStep("month", step))


def _names() -> alt.Y:
    """Every group by its name, in the order of the table."""
    axis = alt.Axis(labelLimit=220, labelOverlap=False, labelFlush=False, ticks=False, domain=False)
    return alt.Y("x:N", title=None, sort=None, axis=axis)


def _values(columns: Mapping[str, Column]) -> dict[str, Any]:
    axis = alt.Axis(format=columns["y"].short, tickCount=6, labelExpr="datum.value === 0 ? '0' : datum.label")
    return {"shorthand": "y:Q", "title": columns["y"].title, "axis": axis, "scale": alt.Scale(zero=True)}


def _color(columns: Mapping[str, Column]) -> alt.Color:
    legend = alt.Legend(orient="top", columns=MOST_COLORS)
    return alt.Color("color:N", title=columns["color"].title, sort=None, legend=legend)


def _tips(data: pd.DataFrame, columns: Mapping[str, Column]) -> list[alt.Tooltip]:
    across = alt.Tooltip("x:N", title=columns["x"].title)
    if pd.api.types.is_datetime64_any_dtype(data["x"]):
        across = alt.Tooltip("x:T", title=columns["x"].title, format="%Y-%m-%d")
    color = [alt.Tooltip("color:N", title=columns["color"].title)] if "color" in columns else []
    value = alt.Tooltip("y:Q", title=columns["y"].title, format=columns["y"].exact)
    return [across, *color, value]
