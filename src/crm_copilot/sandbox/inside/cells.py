"""One value into one cell: text, integer, finite number, boolean or nothing.

NaN, NaT, NA and infinities are nothing; times are ISO text, days alone where there is no time of day; what has
no likeness among cells is refused with a sentence. `type(value)` decides, not `isinstance`: an object may lie
about its class.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

Cell = str | int | float | bool | None

TEXT_CHARACTERS = 20_000
BIGGEST_INTEGER = 2**63
NESTED_ITEMS = 1_000


class Unshowable(Exception):
    """The program returned something that cannot be shown; the text says what to return instead."""


def text(value: str, characters: int = TEXT_CHARACTERS) -> str:
    """Return the text as clean UTF-8 of limited length."""
    plain = str.encode(str.__str__(value), "utf-8", "backslashreplace").decode()
    return plain if len(plain) <= characters else plain[:characters] + "…"


def cell(value: Any) -> Cell:
    """Return the cell for a value; a container inside a table becomes JSON text."""
    kind = type(value)
    if kind in _EXACT:
        return _EXACT[kind](value)
    for base, convert in _KINDS:
        if issubclass(kind, base):
            return convert(value)
    if is_missing(value):
        return None
    raise Unshowable(f"a value of type {type_name(value)} cannot be shown")


def is_plain(value: Any) -> bool:
    """Whether the value is a cell by itself, not a container."""
    kind = type(value)
    return kind in _EXACT or is_missing(value) or issubclass(kind, _SCALARS)


def is_missing(value: Any) -> bool:
    """Whether the value stands for nothing."""
    return value is None or value is pd.NaT or value is pd.NA


def type_name(value: Any) -> str:
    """Return the name of the type, as the program's writer knows it."""
    kind = type(value)
    return text(f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."), 120)


def name(value: Any) -> str:
    """Return the text that names a column or a key."""
    if type(value) is tuple:
        return "_".join(part for part in map(name, value) if part)
    plain = cell(value)
    return "" if plain is None else str(plain)


def moment(value: datetime.datetime) -> str:
    """ISO text of a point in time; the day alone at midnight."""
    whole = value.isoformat()
    at_midnight = value.time() == datetime.time() and not getattr(value, "nanosecond", 0)
    return whole[:10] if at_midnight else whole


def _integer(value: Any) -> Cell:
    number = int.__int__(value)
    if abs(number) < BIGGEST_INTEGER:
        return number
    if number.bit_length() > 13_000:
        raise Unshowable(f"an integer of {number.bit_length()} bits cannot be shown")
    return str(number)


def _float(value: Any) -> Cell:
    number = float.__float__(value)
    return number if math.isfinite(number) else None


def _decimal(value: decimal.Decimal) -> Cell:
    if not value.is_finite():
        return None
    near = float(value)
    return near if decimal.Decimal(repr(near)) == value else text(str(value))


def _complex(value: complex) -> Cell:
    return str(complex(value))


def _moment(value: Any) -> Cell:
    return None if value is pd.NaT else moment(value)


def _numpy(value: np.generic) -> Cell:
    if isinstance(value, np.datetime64):
        return _moment(pd.Timestamp(value))
    if isinstance(value, np.timedelta64):
        return cell(pd.Timedelta(value))
    plain = value.item()
    if isinstance(plain, np.generic):
        return _float(float(plain)) if isinstance(plain, np.floating) else str(plain)
    return cell(plain)


def nested(value: Any) -> Cell:
    """A container within a table, as JSON text."""
    return text(json.dumps(_tree(value, 0), ensure_ascii=False, allow_nan=False))


def _tree(value: Any, depth: int) -> Any:
    if depth > 6:
        raise Unshowable("the result is nested too deeply: return a flat table")
    if issubclass(type(value), dict):
        return {name(key): _tree(inner, depth + 1) for key, inner in _first(dict.items(value))}
    if issubclass(type(value), _CONTAINERS):
        return [_tree(inner, depth + 1) for inner in _first(_listed(value))]
    return cell(value)


def _listed(value: Any) -> Iterable[Any]:
    items: Iterable[Any] = value.tolist() if hasattr(value, "tolist") else value
    return items


def _first(items: Iterable[Any]) -> list[Any]:
    return [item for item, _ in zip(items, range(NESTED_ITEMS), strict=False)]


_ARRAYS = pd.api.extensions.ExtensionArray  # what `unique` of a column of texts is
_CONTAINERS: tuple[type, ...] = (list, tuple, set, frozenset, np.ndarray, pd.Series, pd.Index, _ARRAYS)
_KINDS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Cell]], ...] = (
    (enum.Enum, lambda value: cell(value.value)),
    (str, text),
    (bool, bool),
    (np.generic, _numpy),
    (int, _integer),
    (float, _float),
    (complex, _complex),
    ((bytes, bytearray, memoryview), lambda value: text(bytes(value).decode("utf-8", "backslashreplace"))),
    (decimal.Decimal, _decimal),
    (fractions.Fraction, lambda value: _float(float(value))),
    (pd.Timedelta, str),
    (datetime.datetime, _moment),
    ((datetime.date, datetime.time), lambda value: value.isoformat()),
    ((datetime.timedelta, pd.Period, pd.Interval, pd.offsets.BaseOffset), str),
    (datetime.tzinfo, str),
    (pd.api.extensions.ExtensionDtype, str),
    (np.dtype, str),
    (range, lambda value: nested(list(value[:NESTED_ITEMS]))),
    ((dict, *_CONTAINERS), nested),
)
_SCALARS: tuple[type, ...] = (
    enum.Enum, str, bool, np.generic, int, float, complex, bytes, bytearray, memoryview, decimal.Decimal,
    fractions.Fraction, datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo, pd.Period, pd.Interval,
    pd.offsets.BaseOffset, pd.api.extensions.ExtensionDtype, np.dtype,
)  # fmt: skip
_EXACT: Mapping[type, Callable[[Any], Cell]] = {
    str: text, int: _integer, float: _float, bool: bool, type(None): lambda value: None,
    pd.Timestamp: _moment, np.float64: _float, np.int64: int, np.bool_: bool,
}  # fmt: skip
