"""What the data mean: fields, things that can be counted, and metrics, read once from their TOML files.

`fields.toml`, `entities.toml` and `metrics.toml` are the company's definitions: a person may edit them.
The library aggregates them, the understanding room finds them in a question, the answer quotes `about`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from functools import cache
from importlib.resources import files
from typing import Any, Literal

LANGUAGES = ("en", "pt", "zh")
Words = Mapping[str, tuple[str, ...]]
FieldKind = Literal["quantity", "dimension", "predicate", "moment"]


@dataclass(frozen=True, slots=True)
class Field:
    """Something a row of `table` says. `pandas` writes the frame's column x as @x; a plain column has none."""

    name: str
    table: str
    kind: FieldKind
    label: Mapping[str, str]
    pandas: str | None = None
    sql: str | None = None
    unit: str | None = None
    agg: str = "mean"
    base: str | None = None
    about: str = ""
    words: Words = default(default_factory=dict)
    values: Mapping[str, Words] = default(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the frame that the field is computed from."""
        if self.pandas is None:
            return (self.name,)
        return tuple(dict.fromkeys(re.findall(r"@(\w+)", self.pandas)))


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that can be counted by the different values of `key`; `via` are tables through which it sells."""

    name: str
    key: str
    table: str
    label: Mapping[str, str]
    via: tuple[str, ...] = ()
    words: Words = default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure with a name: an aggregation, a share of an entity, or a ratio of two measures."""

    name: str
    label: Mapping[str, str]
    about: str
    table: str | None = None
    agg: str | None = None
    field: str | None = None
    share_of: str | None = None
    part: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    ratio: tuple[str, str] | None = None
    percent: bool = False
    unit: str | None = None
    hidden: bool = False
    by: tuple[str, ...] = ()
    words: Words = default(default_factory=dict)


def _declared(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / name).read_text("utf-8"))


def _words(entry: dict[str, Any]) -> Words:
    return {language: tuple(entry.pop(language)) for language in LANGUAGES if language in entry}


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


@cache
def fields() -> Mapping[str, Field]:
    """Return every field by name."""
    found = {}
    for name, entry in _declared("fields.toml").items():
        values = {value: _words(dict(words)) for value, words in entry.pop("values", {}).items()}
        words = _words(entry)
        found[name] = Field(name=name, words=words, values=values, **entry)
    return found


@cache
def entities() -> Mapping[str, Entity]:
    """Return every countable thing by name."""
    return {
        name: Entity(name=name, words=_words(entry), **_tuples(entry))
        for name, entry in _declared("entities.toml").items()
    }


@cache
def metrics() -> Mapping[str, Metric]:
    """Return every named metric by name."""
    return {
        name: Metric(name=name, words=_words(entry), **_tuples(entry))
        for name, entry in _declared("metrics.toml").items()
    }
