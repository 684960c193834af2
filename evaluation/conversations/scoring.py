"""Whether an answer has the right scope, and whether each of its sentences stands in the record that it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from evaluation.conversations.truth import Asked

_LINE = re.compile(r"^- (?P<text>.+?) (?P<refs>(?:\[\d+\])+)$")
_REF = re.compile(r"\[(\d+)\]")
_COUNTED = re.compile(r"\d+ (?:records?|registros?|won|ganhos) ?")
_HEADING = re.compile(r"^.{1,120}?: ")


def scope_is_right(asked: Asked, result: Mapping[str, Any], contacts: pd.DataFrame) -> bool:
    """Whether exactly the records of the scope were found, nothing was said to be recorded, or the name asked back."""
    if asked.among:
        return result["status"] == "declined" and all(name in result["answer"] for name in asked.among)
    wanted = asked.ids(contacts)
    if not wanted:
        return not result["rows"] and re.search(r"nothing recorded|nada registrado", result["answer"], re.I) is not None
    return _ids(result) == wanted


def _ids(result: Mapping[str, Any]) -> set[str]:
    if "interaction_id" not in result["columns"]:
        return set()
    place = result["columns"].index("interaction_id")
    return {row[place] for row in result["rows"]}


def sentences_without_record(result: Mapping[str, Any], contacts: pd.DataFrame) -> list[str]:
    """Return the sentences that cite no record, cite one that is no source, or are not borne by it."""
    named = contacts[contacts["interaction_id"].isin([source["id"] for source in result["sources"]])]
    records = {row["interaction_id"]: row for row in named.to_dict("records")}
    cited = {int(m[1]): records[s["id"]] for s in result["sources"] if (m := re.match(r"\[(\d+)\]", s["text"]))}
    lines = [line for line in result["answer"].splitlines() if line.startswith("- ")]
    return [line for line in lines if not _is_borne(line, cited)]


def _is_borne(line: str, cited: Mapping[int, Mapping[Any, Any]]) -> bool:
    """Whether a line quotes a record that it cites, or counts records that are all of whom it names."""
    found = _LINE.match(line)
    places = [int(ref) for ref in _REF.findall(found["refs"])] if found else []
    if found is None or any(place not in cited for place in places):
        return False
    said, rows = _HEADING.sub("", found["text"], count=1), [cited[place] for place in places]
    quoted = any(said in _text(row) or (_text(row) and _text(row) in found["text"]) for row in rows)
    named = found["text"].partition(":")[0]
    return quoted or (bool(_COUNTED.match(said)) and all(named in (row["manager"], row["client_name"]) for row in rows))


def _text(row: Mapping[Any, Any]) -> str:
    return " ".join(row["text"].split()) if isinstance(row["text"], str) else ""
