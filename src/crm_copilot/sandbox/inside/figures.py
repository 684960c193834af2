"""A matplotlib figure into PNG, within a size that can be shown."""

from __future__ import annotations

import base64
import io
import sys
from typing import Any

from .cells import Unshowable, text

LARGEST_INCHES = 30
DOTS_PER_INCH = 100
MOST_PARTS = 1000


def figure_of(value: Any) -> Any | None:
    """Return the figure that a value is, or is part of: axes, a line, bars, an array of axes; else None."""
    module = sys.modules.get("matplotlib.figure")
    if module is None:
        return None
    if issubclass(type(value), module.FigureBase):
        return value
    if issubclass(type(value), sys.modules["matplotlib.artist"].Artist):
        return value.get_figure()
    if type(value).__module__ == "matplotlib.container" and not issubclass(type(value), tuple):
        return open_figure()
    return _figure_of_many(value)


def _figure_of_many(value: Any) -> Any | None:
    """Several axes or artists and nothing else, as `plot(subplots=True)` and `plt.bar` return them."""
    if type(value) is sys.modules["numpy"].ndarray and value.dtype == object:
        value = list(value.flat)
    if not issubclass(type(value), list | tuple) or not 0 < len(value) <= MOST_PARTS:
        return None
    figure = figure_of(value[0])
    return figure if figure is not None and all(figure_of(part) is not None for part in value) else None


def open_figure() -> Any | None:
    """Return the figure that pyplot is drawing on, if something was drawn."""
    plot = sys.modules.get("matplotlib.pyplot")
    if plot is None or not plot.get_fignums():
        return None
    figure = plot.gcf()
    return figure if figure.axes else None


def png(figure: Any) -> str:
    """Return the figure's PNG in base64."""
    width, height = figure.get_size_inches()
    if not (0 < width <= LARGEST_INCHES and 0 < height <= LARGEST_INCHES):
        raise Unshowable(f"a figure of {width:.0f} by {height:.0f} inches is too large: {LARGEST_INCHES} at most")
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight")
    return base64.b64encode(target.getvalue()).decode()


def title(figure: Any) -> str:
    """Return what the figure says it shows."""
    above = getattr(figure, "_suptitle", None)
    said = [above.get_text() if above is not None else "", *(axes.get_title() for axes in figure.axes)]
    return text(next((words for words in said if words), "chart"), 500)
