"""Question files: what is asked, and every result that counts as right.

One JSON object a line. A gold has the SQL that computes it; where it stores no rows they are computed from the data
that are loaded, so a file can be asked of the demo company as well as of one's own. Several golds are several
readings of one question: any of them is right.

    {"id", "question", "lang", "kind": scalar|row|table|list|decline|multi|followup, "difficulty", "category",
     "order_matters", "first_question"?, "thread"?, "parts"? (multi), "golds": [{"reading", "sql", "columns",
     "rows"?, "required", "keys", "percent", "top": {"k", "by", "desc", "min"}?, "ties"?, "aliases"?}]}

Lines with the same "thread" are the turns of one conversation, asked in their order, and each is judged. A part of a
message with several questions is {"text", "kind", "order_matters", "golds"}.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from crm_copilot.data import Dataset
from crm_copilot.errors import InputError

KINDS = ("scalar", "row", "table", "list", "decline", "multi", "followup")
_EXPECTED = (
    f'expected {{"id", "question", "kind": {"|".join(KINDS)}, "golds": [{{"sql", "required": [columns]}}]}}, '
    "as the files in evaluation/questions"
)
Query = Callable[[str], tuple[list[str], list[list[Any]]]]


@dataclass(frozen=True, slots=True)
class Gold:
    """One reading of a question: its result, which columns an answer must have, and which identify a row."""

    reading: str
    sql: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    keys: tuple[str, ...] = ()
    percent: tuple[str, ...] = ()
    top: Mapping[str, Any] | None = None
    rows: tuple[tuple[Any, ...], ...] | None = None
    ties: tuple[tuple[Any, ...], ...] = ()
    aliases: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions of a message."""

    text: str
    golds: tuple[Gold, ...]
    order_matters: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file; `set` is the file's name."""

    id: str
    question: str
    lang: str
    kind: str
    difficulty: str
    category: str
    golds: tuple[Gold, ...]
    parts: tuple[Part, ...]
    order_matters: bool
    first_question: str | None
    thread: str | None
    set: str
    line: Mapping[str, Any]


def load(file: Path, query: Query | None = None) -> list[Question]:
    """Return the questions of a file; golds without rows are computed with `query`.

    Raises InputError naming the line for a file that is not of the form above.
    """
    found = []
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file} cannot be read ({error}); give a file of questions, one JSON object a line"
        ) from error
    for number, text in enumerate(lines, 1):
        if text.strip():
            try:
                found.append(_question(json.loads(text), query, file.stem))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{file}, line {number}: {_problem(error)}; {_EXPECTED}") from error
    return found


def _problem(error: Exception) -> str:
    """Say what is wrong with a line."""
    if isinstance(error, KeyError):
        return f"{error} missing"
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON object ({error})"
    return str(error)


def load_all(files: Sequence[Path], dataset: Dataset) -> list[Question]:
    """Return the questions of several files, their golds computed from the data in use."""
    import duckdb

    with dataset.connect() as connection:

        def query(sql: str) -> tuple[list[str], list[list[Any]]]:
            try:
                cursor = connection.execute(sql)
            except duckdb.Error as error:
                raise ValueError(f"in the SQL of a gold: {error}") from error
            return [column[0] for column in cursor.description], [list(row) for row in cursor.fetchall()]

        return [question for file in files for question in load(file, query)]


def _question(line: Any, query: Query | None, name: str) -> Question:
    if not isinstance(line, dict):
        raise TypeError(f"{json.dumps(line)[:60]} is no JSON object")
    if missing := [name for name in ("id", "question", "kind") if name not in line]:
        raise ValueError(f"{' and '.join(map(repr, missing))} missing")
    if line["kind"] not in KINDS:
        raise ValueError(f"kind is {line['kind']!r}, expected one of {', '.join(KINDS)}")
    golds = tuple(_gold(gold, query) for gold in line.get("golds", ()))
    parts = tuple(
        Part(part["text"], tuple(_gold(g, query) for g in part["golds"]), part.get("order_matters", False))
        for part in line.get("parts", ())
    )
    return Question(
        str(line["id"]), line["question"], line.get("lang", "en"), line["kind"], line.get("difficulty", "medium"),
        line.get("category", ""), golds, parts, bool(line.get("order_matters")), line.get("first_question"),
        line.get("thread"), name, line,
    )  # fmt: skip


def _gold(found: Any, query: Query | None) -> Gold:
    if not isinstance(found, dict):
        raise TypeError(f"a gold is {found!r}, no JSON object")
    names = ("columns", "required", "keys", "percent")
    lists = {name: tuple(found.get(name) or ()) for name in names}
    rows = _rows(found["rows"]) if found.get("rows") is not None else None
    gold = Gold(
        found.get("reading", ""), found.get("sql", ""), rows=rows, ties=_rows(found.get("ties") or ()),
        top=found.get("top"), aliases=_aliases(found.get("aliases") or {}, lists["keys"]), **lists,
    )  # fmt: skip
    if gold.rows is None and query is not None:
        gold = computed(gold, query)
    if missing := [
        name for name in (*gold.required, *gold.keys, *gold.percent) if gold.columns and name not in gold.columns
    ]:
        raise ValueError(f"a gold names the column {missing[0]!r}, its result has {', '.join(gold.columns)}")
    return gold


def _aliases(found: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Mapping[str, Sequence[str]]]:
    """Return the words for the labels of each key; what names no key is about the labels of all."""
    if all(isinstance(words, Mapping) for words in found.values()):
        return dict(found)
    labels = {label: [words] if isinstance(words, str) else words for label, words in found.items()}
    return dict.fromkeys(keys, labels)


def computed(gold: Gold, query: Query) -> Gold:
    """Return the gold with the rows that its SQL gives on the data that `query` asks; a ranking is cut to its k."""
    columns, rows = query(gold.sql)
    plain = [[_plain(value) for value in row] for row in rows]
    ties: list[list[Any]] = []
    if gold.top:
        place = columns.index(gold.top["by"])
        ranked = [row for row in plain if row[place] is not None]
        plain = sorted(ranked, key=lambda row: row[place], reverse=bool(gold.top.get("desc", True)))
        if k := gold.top.get("k"):
            plain, rest = plain[:k], plain[k:]
            ties = [row for row in rest if plain and row[place] == plain[-1][place]]
    return replace(gold, columns=tuple(columns), rows=_rows(plain), ties=_rows(ties))


def _rows(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value
