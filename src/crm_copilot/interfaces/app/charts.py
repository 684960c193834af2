"""The chart that an answer's hint asks for: a line over time, bars in the order of the table.

No more is drawn than can be read; `Chart.note` says what was left out. A line whose table is not in the order of time
would run back and forth, so it becomes bars.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from crm_copilot.interfaces.app.tables import Result, decimals, frame, title, units_of

MOST_BARS, MOST_GROUPS, MOST_COLORS, MOST_STEPS = 20, 8, 6, 24
_BAR_PIXELS, _LINE_PIXELS = 20, 240
_MONTH, _DAY = re.compile(r"\d{4}-\d{2}"), re.compile(r"\d{4}-\d{2}-\d{2}")
_INK = "#1f5f8b"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, and what it leaves out in words."""

    picture: alt.Chart
    note: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """A column of the result on its way into a chart."""

    name: str
    title: str
    format: str = ""


def chart(result: Result) -> Chart | None:
    """Return the chart of a result, None when its hint is missing or does not fit its columns."""
    hint: Mapping[str, str] = result.get("chart") or {}
    data, unit = frame(result), dict(zip(result["columns"], units_of(result), strict=False))
    if not {"x", "y"} <= hint.keys() or not set(hint.values()) - {hint["kind"]} <= set(data.columns):
        return None
    if not pd.api.types.is_numeric_dtype(data[hint["y"]]):
        return None
    x, y, color = _axis(hint["x"], data, unit), _axis(hint["y"], data, unit), hint.get("color")
    plain = data.rename(columns={x.name: "x", y.name: "y", color or "": "color"}).dropna(subset=["x", "y"])
    plain["x"] = plain["x"].astype(str)
    shown = plain[["x", "y", "color"]] if color else plain[["x", "y"]]
    split = _axis(color, data, unit) if color else None
    if hint["kind"] == "line" and _in_order(shown, split is not None):
        return _line(shown, x, y, split)
    return _grouped(shown, x, y, split) if split else _bars(shown, x, y)


def _axis(name: str, data: pd.DataFrame, unit: Mapping[str, str | None]) -> Axis:
    numeric = pd.api.types.is_numeric_dtype(data[name]) and not pd.api.types.is_bool_dtype(data[name])
    places = decimals(data[name], name, unit.get(name)) if numeric else 0
    return Axis(name, title(name, unit.get(name)), f",.{places}f" if numeric else "")


def _in_order(data: pd.DataFrame, split: bool) -> bool:
    groups = [part for _, part in data.groupby("color", sort=False)] if split else [data]
    numbers = pd.to_numeric(data["x"], errors="coerce").notna().all()
    return all((part["x"].astype(float) if numbers else part["x"]).is_monotonic_increasing for part in groups)


def _line(data: pd.DataFrame, x: Axis, y: Axis, split: Axis | None) -> Chart:
    kept, note = _most(data, "color", MOST_COLORS, split.title) if split else (data, "")
    times = _times(kept["x"])
    across = alt.X("x:O", title=None, sort=None, axis=alt.Axis(labelOverlap=True, labelAngle=0))
    if times is not None:
        kept = kept.assign(x=times)
        across = alt.X("x:T", title=None, axis=alt.Axis(labelOverlap=True, tickCount=min(12, times.nunique())))
    base = alt.Chart(kept).encode(x=across, y=_height(y), tooltip=_tips(kept, x, y, split))
    if split:
        base = base.encode(color=_color(split))
    mark = base.mark_line(point=len(kept) <= 60 * (MOST_COLORS if split else 1), strokeWidth=2)
    return Chart((mark if split else mark.encode(color=alt.value(_INK))).properties(height=_LINE_PIXELS), note)


def _bars(data: pd.DataFrame, x: Axis, y: Axis) -> Chart:
    shown = data.head(MOST_BARS)
    note = f"The first {len(shown)} of {len(data)} rows." if len(shown) < len(data) else ""
    picture = alt.Chart(shown).mark_bar(cornerRadiusEnd=2, color=_INK).encode(
        y=alt.Y("x:N", title=None, sort=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False)),
        x=_length(y), tooltip=_tips(shown, x, y, None),
    )  # fmt: skip
    return Chart(picture.properties(height=_BAR_PIXELS * shown["x"].nunique() + 40), note)


def _grouped(data: pd.DataFrame, x: Axis, y: Axis, split: Axis) -> Chart:
    """Bars side by side; never stacked, since averages and shares do not add up."""
    kept, colors = _most(data, "color", MOST_COLORS, split.title)
    groups = kept["x"].drop_duplicates().head(MOST_GROUPS)
    shown = kept[kept["x"].isin(groups)]
    left = kept["x"].nunique() - len(groups)
    note = " ".join(filter(None, [colors, f"The first {len(groups)} of {len(groups) + left} groups." if left else ""]))
    picture = alt.Chart(shown).mark_bar().encode(
        y=alt.Y("x:N", title=None, sort=None, axis=alt.Axis(labelLimit=220, ticks=False)),
        yOffset=alt.YOffset("color:N", sort=None), x=_length(y), color=_color(split), tooltip=_tips(shown, x, y, split),
    )  # fmt: skip
    rows = len(groups) * kept["color"].nunique()
    return Chart(picture.properties(height=max(160, 14 * rows + 16 * len(groups))), note)


def _most(data: pd.DataFrame, column: str, most: int, name: str) -> tuple[pd.DataFrame, str]:
    """Keep the values of a column with the largest totals, and say so."""
    totals = data.groupby(column)["y"].sum().sort_values(ascending=False, kind="stable")
    if len(totals) <= most:
        return data, ""
    return data[data[column].isin(totals.index[:most])], f"{name}: the {most} largest of {len(totals)}."


def _times(values: pd.Series[Any]) -> pd.Series[Any] | None:
    days, months = values.str.fullmatch(_DAY.pattern).all(), values.str.fullmatch(_MONTH.pattern).all()
    return pd.to_datetime(values) if days or months else None


def _height(y: Axis) -> alt.Y:
    return alt.Y("y:Q", title=y.title, axis=alt.Axis(format="~s", tickCount=6), scale=alt.Scale(zero=True))


def _length(y: Axis) -> alt.X:
    return alt.X("y:Q", title=y.title, axis=alt.Axis(format="~s", tickCount=6), scale=alt.Scale(zero=True))


def _color(split: Axis) -> alt.Color:
    return alt.Color("color:N", title=split.title, sort=None, legend=alt.Legend(orient="top", columns=MOST_COLORS))


def _tips(data: pd.DataFrame, x: Axis, y: Axis, split: Axis | None) -> list[alt.Tooltip]:
    timed = pd.api.types.is_datetime64_any_dtype(data["x"])
    first = alt.Tooltip("x:T", title=x.title, format="%Y-%m-%d") if timed else alt.Tooltip("x:N", title=x.title)
    second = [alt.Tooltip("color:N", title=split.title)] if split else []
    return [first, *second, alt.Tooltip("y:Q", title=y.title, format=y.format)]
