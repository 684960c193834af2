"""Files of questions, queries or programs: one JSON object a line, in the order of the input, resumable.

A line that is already in the output is not done again; the output is flushed after each line, so that a run that was
killed goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from crm_copilot.copilot import Copilot
from crm_copilot.domain import Execution
from crm_copilot.errors import CopilotError, InputError
from crm_copilot.retrieval.documents import COLLECTIONS
from crm_copilot.retrieval.retriever import HybridRetriever
from crm_copilot.sandbox import Sandbox


def ask(copilot: Copilot, questions: Path, answers: Path) -> None:
    """Answer {"id", "question", "thread"?} lines."""

    def one(line: dict[str, Any]) -> dict[str, Any]:
        thread = line.get("thread")
        try:
            answer = copilot.ask(str(line["question"]), thread=None if thread is None else str(thread))
        except CopilotError as error:
            answer = {"question": line["question"], "status": "failed", "answer": str(error), "results": []}
        return {"id": line["id"], **answer}

    _each(list(_lines(questions, ("id", "question"))), answers, one)


def search(retriever: HybridRetriever, collection: str, k: int, queries: Path, found: Path) -> None:
    """Search for {"id", "query"} lines ("question" is taken too)."""

    def one(line: dict[str, Any]) -> dict[str, Any]:
        query = str(line.get("query", line.get("question", "")))
        return {"id": line["id"], "hits": hits(retriever, query, collection, k)}

    _each(list(_lines(queries, ("id",))), found, one)


def run_code(sandbox: Sandbox, directory: Path, found: Path) -> None:
    """Run every .py file of a folder, in the order of their names."""
    if not directory.is_dir():
        raise InputError(f"{directory} is no folder; give the folder that holds the .py files")
    lines = [{"id": file.name} for file in sorted(directory.glob("*.py"))]
    _each(lines, found, lambda line: {"id": line["id"], **run_file(sandbox, directory / line["id"])})


def run_file(sandbox: Sandbox, file: Path) -> dict[str, Any]:
    """Run one file and return what became of it, in the form that `crm run-code` prints."""
    try:
        code = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read ({error}); give a Python file in UTF-8") from error
    return executed(sandbox.run(code))


def executed(execution: Execution) -> dict[str, Any]:
    """Return an execution in the form that `crm run-code` prints."""
    return {
        "status": execution.status,
        "columns": list(execution.columns),
        "rows": [list(row) for row in execution.rows],
        "value": execution.value,
        "error": execution.error,
        "error_type": execution.error_type,
        "kind": execution.kind,
        "truncated": execution.truncated,
        "n_rows": execution.n_rows,
        "printed": execution.printed,
        "seconds": round(execution.seconds, 4),
    }


def hits(retriever: HybridRetriever, query: str, collection: str, k: int) -> list[dict[str, Any]]:
    """Return the hits of a query as JSON can hold them."""
    found = retriever.search(query, collection, k)
    return [
        {
            "id": h.document.id,
            "score": round(h.score, 6),
            "text": h.document.text,
            "cosine": round(h.cosine, 4),
            **_shown(h.document.data),
        }
        for h in found
    ]


def check_collection(collection: str) -> None:
    """Raise InputError when there is no such collection."""
    if collection not in COLLECTIONS:
        raise InputError(f"there is no collection {collection!r}; choose one of {', '.join(COLLECTIONS)}")


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "plan"}


def _lines(file: Path, needed: Iterable[str]) -> Iterator[dict[str, Any]]:
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file} cannot be read ({error}); give a file with one JSON object a line, in UTF-8"
        ) from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise InputError(f"{file}, line {number}: no JSON object ({error})") from error
        missing = [key for key in needed if not isinstance(found, dict) or key not in found]
        if missing:
            raise InputError(f"{file}, line {number}: {missing[0]!r} is missing; expected {', '.join(needed)}")
        yield found


def _done(file: Path) -> list[dict[str, Any]]:
    """Return the whole lines of an output; a last line that was cut short is dropped from the file."""
    if not file.exists():
        return []
    found, kept = [], []
    for line in file.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
            kept.append(line)
        except ValueError:
            break
    file.write_text("".join(line + "\n" for line in kept), "utf-8")
    return found


def _each(lines: list[dict[str, Any]], output: Path, one: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    from crm_copilot.interfaces.console import progress

    done = {json.dumps(line["id"]) for line in _done(output)}
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("a", encoding="utf-8") as file, progress(len(lines)) as step:
        for line in lines:
            if json.dumps(line["id"]) not in done:
                file.write(json.dumps(one(line), ensure_ascii=False, allow_nan=False) + "\n")
                file.flush()
            step()
