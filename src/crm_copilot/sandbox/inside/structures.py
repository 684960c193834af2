"""Dictionaries and lists as tables: records, columns, pairs, or several tables side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .cells import Unshowable, cell, is_plain, name
from .tables import Table, plain_table

Encoded = dict[str, Any]
Caps = Mapping[str, int]
Encode = Callable[[Any, Caps], Encoded]

PARTS = 50
"""The most tables and figures that one answer is searched for."""
DEPTH = 6


def is_tabular(value: Any) -> bool:
    """Whether the value is a frame or a series."""
    return issubclass(type(value), pd.DataFrame | pd.Series)


def mapping(value: dict[Any, Any], caps: Caps, encode: Encode) -> Encoded:
    """Return a dict: several tables, records by key, columns by key, or pairs."""
    items = list(dict.items(value))
    if any(_is_table_like(part) for _, part in items):
        return several([(name(key), part) for key, part in items], caps, encode)
    shown = items[: caps["rows"]]
    if shown and all(_is_record(part) for _, part in items):
        fields = _union(part for _, part in shown)
        rows = [[*_key(key), *(part.get(field) for field in fields)] for key, part in shown]
        columns = [*_key_columns(shown), *map(name, fields)]
    elif _are_columns(items):
        columns = [name(key) for key, _ in items]
        rows = [list(row) for row in zip(*(part for _, part in items), strict=True)]
        return {
            "kind": "table",
            "tables": [plain_table(columns, rows[: caps["rows"]], len(rows))],
            "value": None,
        }
    else:
        columns = [*_key_columns(shown), "value"]
        rows = [[*_key(key), part] for key, part in shown]
    tree = {name(key): _tree(part, 1) for key, part in shown}
    return {"kind": "mapping", "tables": [plain_table(columns, rows, len(items))], "value": tree}


def sequence(items: Sequence[Any], caps: Caps, encode: Encode, *, title: Any = None) -> Encoded:
    """Return a list: several tables, records, rows of equal length, or one column."""
    if any(_is_table_like(part) for part in items[:PARTS]):
        return several([(f"table_{place}", part) for place, part in enumerate(items, 1)], caps, encode)
    shown, count = items[: caps["rows"]], len(items)
    if shown and all(_is_record(item) for item in shown):
        fields = _union(shown)
        rows = [[item.get(field) for field in fields] for item in shown]
        return {"kind": "table", "tables": [plain_table([*map(name, fields)], rows, count)], "value": None}
    if shown and _are_rows(shown, caps["columns"]):
        columns = _row_columns(shown[0])
        return {"kind": "table", "tables": [plain_table(columns, shown, count)], "value": None}
    column = plain_table([name(title) or "value"], [[item] for item in shown], count)
    return {"kind": "list", "tables": [column], "value": [_tree(item, 1) for item in shown]}


def several(parts: Iterable[tuple[str, Any]], caps: Caps, encode: Encode) -> Encoded:
    """Return several tables, frames first, and what is plain among the parts as one more of pairs."""
    parts = list(parts)
    if len(parts) > PARTS:
        raise Unshowable(f"{len(parts)} tables are too many to be shown: return {PARTS} at most")
    tables: list[Table] = []
    for title, part in parts:
        if not is_plain(part):
            found = encode(part, caps)["tables"]
            tables += [{**one, "name": title if len(found) == 1 else f"{title}_{one['name']}"} for one in found]
    plain = [[title, cell(part)] for title, part in parts if is_plain(part)]
    if plain:
        tables.append({**plain_table(["key", "value"], plain), "name": "values"})
    return {"kind": "table", "tables": tables, "value": None}


def _is_table_like(value: Any) -> bool:
    return is_tabular(value) or (issubclass(type(value), np.ndarray) and value.ndim > 1)


def _is_record(value: Any) -> bool:
    return issubclass(type(value), dict) and bool(value) and all(map(is_plain, dict.values(value)))


def _are_columns(items: Sequence[tuple[Any, Any]]) -> bool:
    lengths = {len(part) if _is_flat(part) else -1 for _, part in items}
    return len(lengths) == 1 and lengths.pop() > 0


def _is_flat(value: Any) -> bool:
    if issubclass(type(value), np.ndarray | pd.Index | pd.api.extensions.ExtensionArray):
        return bool(value.ndim == 1)
    return type(value) in (list, tuple) and all(map(is_plain, value))


def _are_rows(items: Sequence[Any], most: int) -> bool:
    widths = {len(item) if type(item) is list or issubclass(type(item), tuple) else 0 for item in items}
    return len(widths) == 1 and 0 < max(widths) <= most and all(is_plain(value) for item in items for value in item)


def _row_columns(first: Sequence[Any]) -> Sequence[str]:
    fields: Sequence[str] | None = getattr(type(first), "_fields", None)
    return fields or [f"value_{place}" for place in range(1, len(first) + 1)]


def _union(records: Iterable[Mapping[Any, Any]]) -> list[Any]:
    return list(dict.fromkeys(field for record in records for field in record))


def _key(key: Any) -> list[Any]:
    return list(key) if type(key) is tuple else [key]


def _key_columns(items: Sequence[tuple[Any, Any]]) -> list[str]:
    widths = {len(_key(key)) for key, _ in items} or {1}
    if len(widths) > 1:
        raise Unshowable("the keys of the dict are of different lengths: return a DataFrame")
    width = widths.pop()
    return ["key"] if width == 1 else [f"key_{place}" for place in range(1, width + 1)]


def _tree(value: Any, depth: int) -> Any:
    """The value as lists and dicts of cells."""
    if depth > DEPTH:
        raise Unshowable("the result is nested too deeply: return a flat table")
    if issubclass(type(value), dict):
        return {name(key): _tree(part, depth + 1) for key, part in dict.items(value)}
    if issubclass(type(value), list | tuple):
        return [_tree(part, depth + 1) for part in value]
    return cell(value)
