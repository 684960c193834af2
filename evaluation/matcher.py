"""Does an answer hold a gold result? Column names, order and further columns are free; the values are not.

Rows are aligned by the gold's key columns; every required value must be right in every row; a table must be
complete; a ranking must be right down to its k, where ties at the cut may stand for each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.questions import Gold, Question
from evaluation.values import key, number, same


@dataclass(frozen=True, slots=True)
class Given:
    """A table that was answered."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def column(self, place: int) -> list[Any]:
        """Return the cells of a column."""
        return [row[place] for row in self.rows]


def right(question: Question, tables: Sequence[Given], declined: bool) -> bool:
    """Whether the answer to a question is right: declined where nothing can be answered, else a gold of each part."""
    if question.kind == "decline":
        return declined
    if declined or not tables:
        return False
    if question.kind == "multi":
        return all(
            any(matches(g, t, part.order_matters) for g in part.golds for t in tables) for part in question.parts
        )
    return any(matches(gold, table, question.order_matters) for gold in question.golds for table in tables)


def matches(gold: Gold, given: Given, order_matters: bool = False) -> bool:
    """Whether a table holds one gold."""
    rows = gold.rows or ()
    if not given.rows:
        return not rows
    if not gold.keys:
        return (
            len(given.rows) == 1
            and len(rows) == 1
            and _values_found(gold, [(rows[0], given.rows[0])], range(len(given.columns)))
        )
    return any(_aligned(gold, given, places, order_matters) for places in _key_places(gold, given))


def _key_places(gold: Gold, given: Given) -> Iterator[tuple[int, ...]]:
    """Yield the ways in which columns of the answer may be the gold's keys."""
    options = []
    for name in gold.keys:
        words, place = gold.aliases.get(name), gold.columns.index(name)
        wanted = {key(row[place], words, name) for row in (*(gold.rows or ()), *gold.ties)}
        found = [
            i for i, column in enumerate(given.columns) if {key(v, words, column) for v in given.column(i)} & wanted
        ]
        options.append(found)
    for places in itertools.islice(itertools.product(*options), 50):
        if len(set(places)) == len(places):
            yield places


def _aligned(gold: Gold, given: Given, places: tuple[int, ...], order_matters: bool) -> bool:
    names = [gold.columns.index(name) for name in gold.keys]
    golds = {_key(row, names, gold, gold.columns): row for row in (*(gold.rows or ()), *gold.ties)}
    pairs, surplus = [], []
    for row in given.rows:
        found = golds.get(_key(row, places, gold, given.columns))
        if found is None:
            surplus.append(row)
        else:
            pairs.append((found, row))
    if not pairs or not _complete(gold, pairs, surplus, places, order_matters):
        return False
    rest = [i for i in range(len(given.columns)) if i not in places]
    return _values_found(gold, pairs, rest) and _numbers_agree(gold, pairs, rest)


def _key(row: Sequence[Any], places: Sequence[int], gold: Gold, columns: Sequence[str]) -> tuple[str, ...]:
    named = zip(gold.keys, places, strict=True)
    return tuple(key(row[place], gold.aliases.get(name), columns[place]) for name, place in named)


def _complete(
    gold: Gold, pairs: Sequence[tuple[Any, Any]], surplus: Sequence[Any], places: Sequence[int], order_matters: bool
) -> bool:
    """Whether all the rows that must be there are, and no others; rows without a key or without a value may differ."""
    extra = [row for row in surplus if not _optional(row, places)]
    if gold.top is None:
        have = {id(found) for found, _ in pairs}
        missing = [row for row in gold.rows or () if id(row) not in have and not _zero(gold, row)]
        return not extra and not missing
    by = gold.columns.index(gold.top["by"])
    values = [number(found[by]) or 0.0 for found, _ in pairs]
    wanted = [number(row[by]) or 0.0 for row in gold.rows or ()]
    k = gold.top.get("k")
    least = min(k if k else gold.top.get("min", 1), len(wanted))
    if extra or len(values) < least or (k and len(values) > max(least, len(wanted))):
        return False
    descending = bool(gold.top.get("desc", True))
    if sorted(values, reverse=descending) != wanted[: len(values)]:
        return False
    return not order_matters or values == sorted(values, reverse=descending)


def _optional(row: Sequence[Any], places: Sequence[int]) -> bool:
    without_key = any(key(row[place]) in ("", "unknown", "total", "none", "nan") for place in places)
    values = [cell for i, cell in enumerate(row) if i not in places]
    numbers = [number(cell) for cell in values if number(cell) is not None]
    empty = bool(values) and all(cell is None or cell == "" for cell in values)
    return without_key or empty or (bool(numbers) and all(n == 0 for n in numbers))


def _zero(gold: Gold, row: Sequence[Any]) -> bool:
    keys = {gold.columns.index(name) for name in gold.keys}
    numbers = [number(cell) for i, cell in enumerate(row) if i not in keys]
    return any(key(row[i]) == "" for i in keys) or (bool(numbers) and all(not n for n in numbers))


def _values_found(gold: Gold, pairs: Sequence[tuple[Any, Any]], places: Sequence[int]) -> bool:
    """Whether each required value has a column of its own in the answer."""
    wanted = [name for name in gold.required if name not in gold.keys]
    options = [_places_of(name, gold, pairs, places) for name in wanted]
    return any(len(set(chosen)) == len(chosen) for chosen in itertools.islice(itertools.product(*options), 500))


def _numbers_agree(gold: Gold, pairs: Sequence[tuple[Any, Any]], places: Sequence[int]) -> bool:
    """Where names are all that is asked for and numbers stand beside them: whether a number of the gold is there."""
    optional = [name for name in gold.columns if name not in gold.keys and _is_numeric(gold, name)]
    shown = [i for i in places if all(number(a[i]) is not None for _, a in pairs) and not _is_rank(pairs, i)]
    if not shown or not optional or any(name in gold.required for name in optional):
        return True
    return any(_places_of(name, gold, pairs, shown) for name in optional)


def _places_of(name: str, gold: Gold, pairs: Sequence[tuple[Any, Any]], places: Sequence[int]) -> set[int]:
    """Return the columns of the answer that hold a column of the gold."""
    place = gold.columns.index(name)
    return {i for i in places if all(same(g[place], a[i], name in gold.percent) for g, a in pairs)}


def _is_numeric(gold: Gold, name: str) -> bool:
    return any(number(row[gold.columns.index(name)]) is not None for row in gold.rows or ())


def _is_rank(pairs: Sequence[tuple[Any, Any]], place: int) -> bool:
    return [number(a[place]) for _, a in pairs] == list(range(1, len(pairs) + 1))
