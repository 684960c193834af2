"""A corpus of the library's own functions, for training toys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crm_copilot.library import codec
from crm_copilot.library.functions import LibraryFunction, library
from crm_copilot.llm.writing import solution_of


def write(folder: Path, count: int = 60) -> None:
    """Write train.jsonl, val.jsonl, the first of it as few.jsonl, and thumbs.jsonl."""
    chosen = [function for function in library() if not function.plan.special][::9][:count]
    rows = [_row(function) for function in chosen]
    _lines(folder / "train.jsonl", rows[: count * 5 // 6])
    _lines(folder / "val.jsonl", rows[count * 5 // 6 :])
    _lines(folder / "few.jsonl", rows[-3:])
    _lines(folder / "thumbs.jsonl", [_rated(row, place % 2 == 0) for place, row in enumerate(rows[:8])])


def _row(function: LibraryFunction) -> dict[str, Any]:
    asked = {"role": "user", "content": f"{function.title}\n=>\n"}
    solved = {"role": "assistant", "content": solution_of(function.plan, function.code)}
    row = {"id": function.id, "question": function.title, "language": "en"}
    return {**row, "messages": [asked, solved], "plan": codec.to_json(function.plan)}


def _rated(row: dict[str, Any], liked: bool) -> dict[str, Any]:
    question, solution = row["messages"]
    return {"prompt": question["content"], "completion": solution["content"], "label": liked}


def _lines(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
