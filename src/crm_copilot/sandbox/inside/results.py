"""What a function returned, as kinds that the app knows: scalar, text, table, list, mapping, figure.

Every answer carries tables: the first is the result, more follow when several were returned. What cannot be
shown (a model, a grouping without an aggregation, a function, nothing at all) is refused with what to return.
"""

from __future__ import annotations

import dataclasses
import itertools
import types
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from . import figures, structures
from .cells import Unshowable, cell, is_missing, is_plain, text, type_name
from .structures import Encoded, is_tabular
from .tables import Table, plain_table, table

Caps = Mapping[str, int]


def encode(value: Any, caps: Caps) -> Encoded:
    """Return the result as `{"kind", "tables", "value", "figure"}`."""
    figure, value = _without_figures(value)
    drawn = figure if figure is not None else figures.open_figure()
    if not is_missing(value):
        encoded = result(value, caps)
    elif drawn is None:
        raise Unshowable("the function returned nothing: end it with `return` and the result")
    else:
        title = figures.title(drawn)
        encoded = {"kind": "figure", "tables": [plain_table(["chart"], [[title]])], "value": title}
    return {**encoded, "figure": None if drawn is None else figures.png(drawn)}


def result(value: Any, caps: Caps) -> Encoded:
    """Return what is not a figure as `{"kind", "tables", "value"}`."""
    if is_plain(value):
        shown = cell(value)
        kind = "text" if type(value) is str else "scalar"
        return {"kind": kind, "tables": [plain_table(["value"], [[shown]])], "value": shown}
    if is_tabular(value):
        return {"kind": "table", "tables": [_tabular(value, caps)], "value": None}
    if issubclass(type(value), np.ndarray | pd.Index | pd.api.extensions.ExtensionArray):
        return _array(value, caps)
    value = _opened(value)
    if issubclass(type(value), dict):
        return structures.mapping(value, caps, result)
    if issubclass(type(value), list | tuple):
        return structures.sequence(value, caps, result)
    return _other(value, caps)


def _tabular(value: pd.DataFrame | pd.Series[Any], caps: Caps) -> Table:
    if isinstance(value, pd.DataFrame):
        return table(value, caps)
    frame = value.to_frame("value" if value.name is None else value.name)
    return table(frame, caps, keep_index=type(value.index) is not pd.RangeIndex or value.index.name is not None)


def _array(value: Any, caps: Caps) -> Encoded:
    if isinstance(value, pd.MultiIndex):
        return result(value.to_frame(index=False), caps)
    if isinstance(value, np.ndarray) and value.dtype.names:
        return result(pd.DataFrame.from_records(value), caps)
    if value.ndim == 0:
        return result(value[()], caps)
    if value.ndim > 2:
        raise Unshowable(f"an array of {value.ndim} dimensions cannot be shown: return a table")
    if value.ndim == 2:
        frame = pd.DataFrame(value.tolist() if isinstance(value, np.ma.MaskedArray) else np.asarray(value))
        return result(frame.set_axis([f"value_{place + 1}" for place in range(frame.shape[1])], axis=1), caps)
    return structures.sequence(value.tolist(), caps, result, title=getattr(value, "name", None))


def _opened(value: Any) -> Any:
    """Records and views as the dictionaries and lists that they are."""
    kind = type(value)
    if dataclasses.is_dataclass(kind):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if issubclass(kind, types.SimpleNamespace):
        return dict(vars(value))
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=True))
    return value


def _other(value: Any, caps: Caps) -> Encoded:
    """What is left: text of a statistical summary, anything that can be gone through, or a refusal."""
    kind = type(value)
    module = str(kind.__module__)
    if module.startswith("statsmodels") and (hasattr(kind, "as_text") or hasattr(value, "summary")):
        return result(text(str(value if hasattr(kind, "as_text") else value.summary())), caps)
    if hasattr(kind, "__iter__") and not module.startswith(("pandas", "scipy", "sklearn", "statsmodels")):
        items = _taken(value, None if hasattr(kind, "__len__") else caps["rows"] + 1)
        return structures.sequence(items, caps, result)
    raise Unshowable(f"a value of type {type_name(value)} cannot be shown: {_instead(kind.__name__, module)}")


def _taken(value: Iterable[Any], most: int | None) -> list[Any]:
    """The items, or the first of something that may never end; a set in a settled order where it has one."""
    items = list(itertools.islice(value, most))
    if issubclass(type(value), set | frozenset):
        with suppress(TypeError):
            items.sort()
    return items


def _instead(name: str, module: str) -> str:
    if module.startswith("pandas") and any(
        word in name for word in ("GroupBy", "Resampl", "Rolling", "Expanding", "Expo")
    ):
        return "end with an aggregation such as .mean(), .sum() or .size()"
    if name == "Styler":
        return "return the DataFrame itself"
    if module.startswith("sklearn"):
        return "return its predictions, labels or scores"
    if module.startswith("scipy.sparse"):
        return "return a DataFrame of its values"
    return "return a number, a text, a date, a DataFrame, a Series, a dict, a list or a figure"


def _without_figures(value: Any) -> tuple[Any | None, Any]:
    """Take the figure out of what was returned; the rest, or None, remains."""
    whole = figures.figure_of(value)
    if whole is not None:
        return whole, None
    if type(value) in (tuple, list) and 0 < len(value) <= structures.PARTS:
        found = [figures.figure_of(part) for part in value]
        rest = [part for part, figure in zip(value, found, strict=True) if figure is None]
        if len(rest) == len(value):
            return None, value
        return next(filter(None, found)), rest[0] if len(rest) == 1 else type(value)(rest) if rest else None
    if type(value) is dict and 0 < len(value) <= structures.PARTS:
        found_by_key = {key: figures.figure_of(part) for key, part in value.items()}
        kept = {key: part for key, part in value.items() if found_by_key[key] is None}
        if len(kept) < len(value):
            return next(figure for figure in found_by_key.values() if figure is not None), kept or None
    return None, value
