"""Whether an answer has the right scope, and whether each of its sentences stands in the record that it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from evaluation.conversations.truth import Asked

_LINE = re.compile(r"^- (?P<text>.+?) (?P<refs>(?:\[\d+\])+)$")
_REF = re.compile(r"\[(\d+)\]")
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
    """Return the sentences that cite no record, cite one that is no source, or do not stand in it."""
    texts = dict(zip(contacts["interaction_id"], contacts["text"].fillna(""), strict=True))
    cited = {int(m[1]): s["id"] for s in result["sources"] if (m := re.match(r"\[(\d+)\]", s["text"]))}
    lines = [line for line in result["answer"].splitlines() if line.startswith("- ")]
    return [line for line in lines if not _is_borne(line, cited, texts)]


def _is_borne(line: str, cited: Mapping[int, str], texts: Mapping[str, str]) -> bool:
    found = _LINE.match(line)
    if found is None:
        return False
    places = [int(ref) for ref in _REF.findall(found["refs"])]
    if any(place not in cited for place in places):
        return False
    said = _HEADING.sub("", found["text"], count=1)
    return any(said in texts[cited[place]] for place in places)
