"""From an accepted attempt to what the asker sees, and from a declined one to a sentence that helps."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm_copilot.catalog import tables
from crm_copilot.domain import Attempt, Context, Program
from crm_copilot.library import codec
from crm_copilot.library.needs import read_by, tables_of
from crm_copilot.respond import told
from crm_copilot.respond.chart import chart_of
from crm_copilot.respond.declining import declined
from crm_copilot.respond.suggestions import suggestions
from crm_copilot.respond.words import sentence

MOST_ROWS = 10_000


def respond(context: Context, attempts: Sequence[Attempt], asked: str) -> dict[str, Any]:
    """Return one entry of an answer's `results`, as JSON can hold it."""
    last = attempts[-1] if attempts else None
    if last is None or last.verdict.decision != "accept" or last.chosen is None:
        return _declined(context, list(attempts), asked)
    program, execution = last.programs[last.chosen], last.executions[last.chosen]
    plan = codec.from_json(program.plan) if program.plan is not None else None
    rows = [list(row) for row in execution.rows[:MOST_ROWS]]
    said = told.told(program, execution)
    answer = {
        **_entry(asked, "answered", sentence(context, plan, program, execution)),
        "columns": list(execution.columns),
        "rows": rows,
        "confidence": last.verdict.confidence,
        "definition": program.definition or program.description,
        "code": program.code,
        "attempts": len(attempts),
        "sources": _sources(context, program),
        "truncated": execution.truncated or execution.n_rows > len(rows),
        "n_rows": execution.n_rows,
        "understood_as": program.description,
        "chart": chart_of(plan, execution),
        "figure": base64.b64encode(execution.figure).decode() if execution.figure else None,
        "next": suggestions(context, plan),
        "plan": program.plan or _read(context),
    }
    if said is not None:
        answer |= {**told.entry(said), "sources": [*told.sources(said), *answer["sources"]]}
    return _with_limits(answer, context, read_by(program.code))


def failed(asked: str, reason: str) -> dict[str, Any]:
    """Return the entry of a question that could not be worked on."""
    return {**_entry(asked, "failed", reason), "reason": reason}


def _declined(context: Context, attempts: list[Attempt], asked: str) -> dict[str, Any]:
    last = attempts[-1] if attempts else None
    program = last.programs[last.chosen] if last and last.chosen is not None and last.programs else None
    offers = suggestions(context, None)
    answer = {
        **_entry(asked, "declined", declined(context, attempts, offers)),
        "confidence": last.verdict.confidence if last else 0.0,
        "code": program.code if program else "",
        "attempts": len([attempt for attempt in attempts if attempt.programs]),
        "understood_as": program.description if program else "",
        "reason": last.verdict.reason if last else "",
        "next": offers,
    }
    hidden = bool(context.reading and context.reading.hidden)
    return answer if hidden else _with_limits(answer, context, read_by(program.code) if program else tables())


def _with_limits(answer: dict[str, Any], context: Context, read: Iterable[str]) -> dict[str, Any]:
    """Say in the answer which of the asker's limits touch it: what was not found may be what may not be seen."""
    limited = context.scope.said(read, context.language)
    return answer | {"limited": limited, "answer": f"{answer['answer']} {limited}".strip()}


def _entry(asked: str, status: str, answer: str) -> dict[str, Any]:
    """Return an entry with every key that there is."""
    return {
        "question": asked, "status": status, "answer": answer, "columns": [], "rows": [], "confidence": 0.0,
        "definition": "", "code": "", "attempts": 0, "sources": [], "truncated": False, "n_rows": 0,
        "understood_as": "", "reason": "", "limited": "", "chart": None, "figure": None, "next": [], "plan": None,
    }  # fmt: skip


def _read(context: Context) -> Mapping[str, Any] | None:
    """Return how the question was read: a follow-up leans on it where the program of a model has no plan."""
    return context.reading.plan if context.reading else None


def _sources(context: Context, program: Program) -> list[dict[str, str]]:
    """Return what the answer rests on: the function or model, the tables, the linked values, the nearest examples."""
    needed = tables_of(program.code)
    found = [{"kind": "function", "id": program.source, "text": program.description}]
    found += [
        {"kind": "table", "id": p.id.partition(":")[2], "text": p.text}
        for p in context.passages
        if p.id.partition(":")[2] in needed
    ]
    known = {source["id"] for source in found}
    found += [{"kind": "table", "id": name, "text": name} for name in needed if name not in known]
    used = [link for link in context.links if link.value in program.code and link.column in program.code]
    found += [{"kind": "value", "id": f"{k.table}.{k.column}", "text": f"“{k.text}” = {k.value}"} for k in used[:5]]
    return found
