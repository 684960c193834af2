"""`crm evaluate`: ask a file of questions with gold results, and report right, wrong, declined and failed."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from crm_copilot.errors import InputError
from evaluation.matcher import Given, right
from evaluation.questions import Question, load_all
from evaluation.report import OUTCOMES, summary
from evaluation.run import Matcher, Result, run

HERE = Path(__file__).parent / "questions"


def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="question files; those that ship when none is given")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON only")] = False,
    matcher: Annotated[Path | None, typer.Option(help="a Python file with matches_item(item, answer)")] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="list the questions that were not right")] = False,
) -> None:
    """Ask questions with gold results of the data that are loaded, and report how often the answers are right."""
    from crm_copilot.bootstrap import bootstrap
    from crm_copilot.interfaces.console import progress

    house = bootstrap()
    try:
        questions = load_all(files or sorted(HERE.glob("*.jsonl")), house.dataset)
        judge = _matcher(matcher) if matcher else right
        with progress(len(questions)) as step:
            results = run(house.copilot, questions, judge, step)
    finally:
        house.close()
    found = {"data": house.dataset.info.source, "model": house.code_model.name, **summary(results)}
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n" if as_json else _text(found))
    if wrong:
        _list(results)


def _matcher(file: Path) -> Matcher:
    """Use the matcher that comes with a question set."""
    spec = importlib.util.spec_from_file_location("question_matcher", file)
    if spec is None or spec.loader is None or not file.exists():
        raise InputError(f"{file} is no Python file; give one with a function matches_item(item, answer)")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def match(question: Question, tables: Sequence[Given], declined: bool) -> bool:
        answers: list[Any] = [{"columns": list(t.columns), "rows": [list(row) for row in t.rows]} for t in tables]
        answer = {"declined": True} if declined else answers if question.kind == "multi" else (answers or [None])[0]
        return bool(module.matches_item(question.line, answer))

    return match


def _text(found: dict[str, Any]) -> str:
    lines = [f"data {found['data']}, model {found['model']}, {found['questions']} questions"]
    lines.append(_line("answerable", found["answerable"]))
    unanswerable = found["unanswerable"]
    lines.append(f"{'cannot be answered':24} {unanswerable['declined']} of {unanswerable['n']} declined")
    for group in ("by_language", "by_kind", "by_difficulty"):
        lines += [_line(f"  {name}", figures) for name, figures in found[group].items()]
    lines.append(f"seconds: median {found['seconds'].get('median')}, 95th percentile {found['seconds'].get('p95')}")
    return "\n".join(lines) + "\n"


def _line(name: str, figures: dict[str, Any]) -> str:
    counts = ", ".join(f"{figures[outcome]} {outcome}" for outcome in OUTCOMES)
    return f"{name:24} {figures['n']:4}: {counts}; right {figures['right_pct']} %, wrong {figures['wrong_pct']} %"


def _list(results: Sequence[Result]) -> None:
    for result in results:
        if result.outcome != "right":
            said = " | ".join(entry["understood_as"] for entry in result.answer["results"])
            asked = f"{result.question.id} {result.question.question}"
            sys.stderr.write(f"{result.outcome:9} {result.confidence:.2f} {asked} -> {said}\n")
