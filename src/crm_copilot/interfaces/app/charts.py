"""The chart that an answer's hint asks for: a line over time, bars in the order of the table.

No more is drawn than can be read; `Chart.note` says what was left out. A line whose table is not in the order of time
would run back and forth, so it becomes bars; of rows that share a name no bar would be true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import altair as alt
import pandas as pd

from crm_copilot.interfaces.app.axes import (
    PORTUGUESE,
    Column,
    calendar,
    colored,
    column,
    measured,
    name_of,
    named,
    times_of,
    tips,
)
from crm_copilot.interfaces.app.tables import Result, frame, is_numeric, language_of, units_of

MOST_BARS, MOST_GROUPS, MOST_COLORS = 30, 8, 6
_MOST_POINTS, _FILLED = 60, 0.6
_LINE_TICKS, _BAR_TICKS = 4, 6
_BAR, _THIN_BAR, _LINE, _AXIS, _LEGEND = 21, 14, 250, 85, 50


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, and what it leaves out in words."""

    picture: alt.Chart
    note: str = ""


def chart(result: Result) -> Chart | None:
    """Return the chart of a result in its language, None when its hint is missing or does not fit its columns."""
    found = _chart(result)
    if found is None or language_of(result) != "pt":
        return found
    return Chart(found.picture.configure(locale=PORTUGUESE), found.note)


def _chart(result: Result) -> Chart | None:
    hint: Mapping[str, str] = result.get("chart") or {}
    data = frame(result)
    wanted = {place: hint[place] for place in ("x", "y", "color") if place in hint}
    if (
        not {"x", "y"} <= wanted.keys()
        or not set(wanted.values()) <= set(data.columns)
        or not is_numeric(data[hint["y"]])
    ):
        return None
    drawn = pd.DataFrame({place: data[name] for place, name in wanted.items()}).dropna(subset=["x", "y"])
    for place in {"x", "color"} & wanted.keys():
        drawn[place] = drawn[place].map(partial(name_of, language=language_of(result)), na_action="ignore")
    if drawn.empty or drawn.duplicated([place for place in ("x", "color") if place in wanted]).any():
        return None
    unit = dict(zip(result["columns"], units_of(result), strict=True))
    columns = {place: column(data[name], name, unit.get(name)) for place, name in wanted.items()}
    if hint["kind"] == "line" and _in_order(drawn):
        return _line(drawn, columns)
    return _grouped(drawn, columns) if "color" in columns else _bars(drawn, columns)


def _in_order(data: pd.DataFrame) -> bool:
    """Whether each line would run from left to right."""
    lines = [part["x"] for _, part in data.groupby("color", sort=False)] if "color" in data else [data["x"]]
    numbers = pd.to_numeric(data["x"], errors="coerce").notna().all()
    return all((line.astype(float) if numbers else line).is_monotonic_increasing for line in lines)


def _line(data: pd.DataFrame, columns: Mapping[str, Column]) -> Chart:
    kept, note = _largest(data, columns) if "color" in columns else (data, "")
    times, several = times_of(kept["x"]), "color" in columns
    across = alt.X("x:O", title=None, sort=None, axis=alt.Axis(labelOverlap=True, labelAngle=0))
    if times is not None:
        kept, across = kept.assign(x=times), alt.X("x:T", title=None, axis=calendar(kept["x"], times))
    picture = alt.Chart(kept).mark_line(strokeWidth=2, point=kept["x"].nunique() <= _MOST_POINTS)
    picture = picture.encode(x=across, y=measured(alt.Y, columns, _LINE_TICKS), tooltip=tips(kept, columns))
    if several:
        picture = picture.encode(color=colored(columns))
    return Chart(picture.properties(height=_LINE + _LEGEND * several), note)


def _bars(data: pd.DataFrame, columns: Mapping[str, Column]) -> Chart:
    shown = data.head(MOST_BARS)
    note = f"The first {len(shown)} of {len(data)} rows." if len(shown) < len(data) else ""
    picture = alt.Chart(shown).mark_bar(cornerRadiusEnd=2)
    picture = picture.encode(x=measured(alt.X, columns, _BAR_TICKS), y=named(), tooltip=tips(shown, columns))
    return Chart(picture.properties(height=_BAR * shown["x"].nunique() + _AXIS), note)


def _grouped(data: pd.DataFrame, columns: Mapping[str, Column]) -> Chart | None:
    """Bars side by side; never stacked, since averages and shares do not add up. None where most would be missing."""
    kept, note = _largest(data, columns)
    groups, all_groups = kept["x"].drop_duplicates().head(MOST_GROUPS), kept["x"].nunique()
    shown = kept[kept["x"].isin(groups)]
    bars = len(groups) * shown["color"].nunique()
    if len(shown) < bars * _FILLED:
        return None
    if len(groups) < all_groups:
        note = f"{note} The first {len(groups)} of {all_groups} groups.".strip()
    picture = alt.Chart(shown).mark_bar().encode(
        x=measured(alt.X, columns, _BAR_TICKS), y=named(), yOffset=alt.YOffset("color:N", sort=None),
        color=colored(columns), tooltip=tips(shown, columns),
    )  # fmt: skip
    return Chart(picture.properties(height=_THIN_BAR * bars + _AXIS + _LEGEND), note)


def _largest(data: pd.DataFrame, columns: Mapping[str, Column]) -> tuple[pd.DataFrame, str]:
    """Keep the colours with the largest totals, and say so."""
    totals = data.groupby("color")["y"].sum().sort_values(ascending=False, kind="stable")
    if len(totals) <= MOST_COLORS:
        return data, ""
    kept = data[data["color"].isin(totals.index[:MOST_COLORS])]
    return kept, f"{columns['color'].title}: the {MOST_COLORS} largest of {len(totals)}."
