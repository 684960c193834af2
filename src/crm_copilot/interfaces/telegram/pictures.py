"""The chart of an answer as a PNG: the figure that a program drew, or the line or bars of the answer's hint."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

_MOST_BARS, _MOST_LABEL = 25, 24


def picture_of(result: Mapping[str, Any]) -> bytes | None:
    """Return the picture of a result, None where none helps."""
    if result.get("figure"):
        return base64.b64decode(result["figure"])
    hint, columns = result.get("chart"), list(result["columns"])
    if not hint or hint["x"] not in columns or hint["y"] not in columns or hint.get("color"):
        return None
    x, y = columns.index(hint["x"]), columns.index(hint["y"])
    points = [(str(row[x]), row[y]) for row in result["rows"] if isinstance(row[y], (int, float))]
    return _drawn(points, hint) if len(points) > 1 else None


def _drawn(points: Sequence[tuple[str, Any]], hint: Mapping[str, str]) -> bytes:
    # The figure is made without pyplot, which keeps what is drawn and is not for threads.
    from matplotlib.figure import Figure

    line = hint["kind"] == "line"
    shown = points if line else points[:_MOST_BARS][::-1]
    figure = Figure(figsize=(7, 4 if line else max(2.5, 0.32 * len(shown) + 1)), layout="constrained")
    axes = figure.subplots()
    labels, values = [label[:_MOST_LABEL] for label, _ in shown], [value for _, value in shown]
    if line:
        axes.plot(range(len(values)), values, color="#2a6f97")
        step = max(1, len(labels) // 8)
        axes.set_xticks(range(0, len(labels), step), labels[::step], rotation=30, ha="right")
        axes.set_ylabel(hint["y"].replace("_", " "), parse_math=False)
    else:
        axes.barh(range(len(values)), values, color="#2a6f97")
        axes.set_yticks(range(len(labels)), [label.replace("$", r"\$") for label in labels])
        axes.set_xlabel(hint["y"].replace("_", " "), parse_math=False)
    axes.spines[["top", "right"]].set_visible(False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=130)
    return buffer.getvalue()
