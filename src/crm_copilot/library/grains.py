"""Grains of time and bands of numbers, as pandas writes them. `{t}` is the column with the moments."""

from __future__ import annotations

from itertools import pairwise

_DAYS = '["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]'
_MONTHS = (
    '["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", '
    '"November", "December"]'
)

GRAINS = {
    "day": '{t}.dt.strftime("%Y-%m-%d")',
    "week": '{t}.dt.to_period("W").dt.start_time.dt.strftime("%Y-%m-%d")',
    "month": '{t}.dt.strftime("%Y-%m")',
    "quarter": '{t}.dt.year.astype(str) + "-Q" + {t}.dt.quarter.astype(str)',
    "semester": '{t}.dt.year.astype(str) + "-S" + ((({t}.dt.month - 1) // 6) + 1).astype(str)',
    "year": "{t}.dt.year",
    "weekday": f"pd.Categorical({{t}}.dt.day_name(), {_DAYS}, ordered=True)",
    "hour": "{t}.dt.hour",
    "month of year": f"pd.Categorical({{t}}.dt.month_name(), {_MONTHS}, ordered=True)",
    "day of month": "{t}.dt.day",
    "daypart": (
        'pd.cut({t}.dt.hour, [0, 6, 12, 18, 24], right=False, labels=["dawn", "morning", "afternoon", "night"])'
    ),
}

REGIONS = """{
    **dict.fromkeys(["SP", "RJ", "MG", "ES"], "Southeast"),
    **dict.fromkeys(["PR", "SC", "RS"], "South"),
    **dict.fromkeys(["BA", "SE", "AL", "PE", "PB", "RN", "CE", "PI", "MA"], "Northeast"),
    **dict.fromkeys(["AM", "PA", "AC", "RO", "RR", "AP", "TO"], "North"),
    **dict.fromkeys(["MT", "MS", "GO", "DF"], "Central-West"),
}"""


def bands(edges: tuple[float, ...], closed: str = "left") -> tuple[str, list[str]]:
    """Return the edges and the labels of bands for `pd.cut`: below the first, between, and beyond the last."""
    shown = [f"{edge:g}" for edge in edges]
    left = closed == "left"
    labels = [f"under {shown[0]}" if left else f"up to {shown[0]}"]
    labels += [f"{low} to {high}" for low, high in pairwise(shown)]
    labels.append(f"{shown[-1]} or more" if left else f"over {shown[-1]}")
    inner = ", ".join(shown)
    return f'[float("-inf"), {inner}, float("inf")]', labels
