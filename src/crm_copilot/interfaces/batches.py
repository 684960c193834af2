"""Files of questions, queries or programs: one JSON object a line, in the order of the input, resumable.

The reading and writing of the lines is in `jsonl.py`.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crm_copilot.copilot import Copilot
from crm_copilot.domain import Execution
from crm_copilot.errors import CopilotError, InputError
from crm_copilot.interfaces import jsonl
from crm_copilot.respond import failed
from crm_copilot.retrieval.documents import COLLECTIONS
from crm_copilot.retrieval.retriever import HybridRetriever
from crm_copilot.sandbox import Sandbox

log = logging.getLogger(__name__)


def ask(copilot: Copilot, questions: Path, answers: Path) -> None:
    """Answer {"id", "question", "thread"?} lines."""
    lines = jsonl.read(questions, ("question",))
    jsonl.each(
        lines, answers, lambda line: {"id": line["id"], **_answer(copilot, line["question"], line.get("thread"))}
    )


def answered(copilot: Copilot, question: str, thread: str | None) -> dict[str, Any]:
    """Ask one question; a mistake in the product becomes a failed answer of one sentence, and is logged.

    Raises CopilotError for what the asker or the operator must mend.
    """
    try:
        return copilot.ask(question, thread=thread)
    except CopilotError:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        log.error("%r met %r at %s", question, error, where, exc_info=log.isEnabledFor(logging.DEBUG))
        reason = f"This question met a mistake in the product ({type(error).__name__}); the log says where."
        results = [failed(question, reason)]
        return {**_unanswered(question, reason, results), "model": copilot.model, "thread": thread}


def _answer(copilot: Copilot, question: Any, thread: Any) -> dict[str, Any]:
    """Ask one question; an error is its answer, so that a file of thousands runs through the night."""
    try:
        return answered(copilot, str(question), None if thread is None else str(thread))
    except CopilotError as error:
        return _unanswered(question, str(error), [])


def _unanswered(question: Any, reason: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "question": question, "status": "failed", "answer": reason, "results": results, "timings": {}, "seconds": 0.0,
    }  # fmt: skip


def search(retriever: HybridRetriever, collection: str, k: int, queries: Path, found: Path) -> None:
    """Search for {"id", "query"} lines ("question" is taken too)."""

    def one(line: dict[str, Any]) -> dict[str, Any]:
        query = str(line.get("query", line.get("question")))
        return {"id": line["id"], "hits": hits(retriever, query, collection, k)}

    jsonl.each(jsonl.read(queries, ("query", "question")), found, one)


def run_code(sandbox: Sandbox, directory: Path, found: Path) -> None:
    """Run every .py file of a folder, in the order of their names."""
    if not directory.is_dir():
        raise InputError(f"{directory} is no folder; give the folder that holds the .py files")

    def one(line: dict[str, Any]) -> dict[str, Any]:
        try:
            return {**line, **run_file(sandbox, directory / line["id"])}
        except InputError as error:
            return {**line, **executed(Execution("error", error=str(error), error_type="InputError"))}

    jsonl.each([{"id": file.name} for file in sorted(directory.glob("*.py"))], found, one)


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


def check_collection(collection: str, added: Sequence[str]) -> None:
    """Raise InputError when there is no such collection, neither shipped nor `added`."""
    known = sorted({*COLLECTIONS, *added})
    if collection not in known:
        raise InputError(
            f"there is no collection {collection!r}; choose one of {', '.join(known)}, "
            f"or make it with 'crm knowledge add FILE --collection {collection}'"
        )


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in ("plan", "code", "answers")}
