"""CSV and JSON: each record is a passage of its own and keeps its id.

The text of a record is the field of one of the usual names (text, response, answer ...) under the field that heads it
(question, title ...); of a record without such fields, all of them as "name: value". The other fields are its data.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crm_copilot.knowledge.sections import Section

_HEADS = ("title", "question", "subject", "heading", "instruction", "name")
_BODIES = ("text", "response", "answer", "content", "body", "passage", "description")
_IDS = ("id", "_id", "doc_id", "document_id", "key")
_LARGEST_FIELD = 2**24


def csv_file(file: Path) -> Sequence[Section]:
    """Return the rows of a CSV file; the delimiter is told from its first line."""
    csv.field_size_limit(_LARGEST_FIELD)
    text = file.read_text("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValueError(f"it is no CSV file that can be read ({error}); save it anew") from error
    for number, row in enumerate(rows, 2):
        if None in row:
            raise ValueError(f"row {number} has more fields than the first line names; correct it")
    return [_section(row, f"row {number}") for number, row in enumerate(rows, 2)]


def json_file(file: Path) -> Sequence[Section]:
    """Return the records of a JSON file: a list, or the longest list in an object, or the object itself."""
    try:
        found = json.loads(file.read_text("utf-8-sig"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"it is no JSON ({error}); correct it") from error
    return [_section(record, f"record {number}") for number, record in enumerate(_listed(found), 1)]


def json_lines(file: Path) -> Sequence[Section]:
    """Return the records of a file with one JSON object a line."""
    return list(_lines(file.read_text("utf-8-sig")))


def _lines(text: str) -> Iterator[Section]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield _section(json.loads(line), f"line {number}")
            except json.JSONDecodeError as error:
                raise ValueError(f"line {number} is no JSON ({error}); correct it") from error


def _listed(found: Any) -> Sequence[Any]:
    if isinstance(found, list):
        return found
    lists = [value for value in found.values() if isinstance(value, list)] if isinstance(found, dict) else []
    return max(lists, key=len) if lists else [found]


def _section(record: Any, place: str) -> Section:
    if not isinstance(record, Mapping):
        return Section("", _said(record), place, whole=True)
    names = {str(key).strip().casefold(): key for key in record}
    name = next((names[n] for n in _IDS if n in names), None)
    head = next((names[n] for n in _HEADS if n in names), None)
    body = next((names[n] for n in _BODIES if n in names and names[n] != head), None)
    id_ = _said(record[name]) or None if name is not None else None
    rest = {str(k): v for k, v in record.items() if k not in (name, head, body) and _said(v)}
    if body is None:
        text = "\n".join(f"{key}: {_said(value)}" for key, value in record.items() if key != name and _said(value))
        return Section("", text, place, id_, rest, whole=True)
    return Section(_said(record[head]) if head is not None else "", _said(record[body]), place, id_, rest, whole=True)


def _said(value: Any) -> str:
    """Return a value as a text, "" where there is none."""
    if value is None:
        return ""
    return str(value).strip() if not isinstance(value, (dict, list)) else json.dumps(value, ensure_ascii=False)
