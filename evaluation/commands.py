"""`crm evaluate`: ask a file of questions with gold results, and report right, wrong, declined and failed."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer

from crm_copilot.bootstrap import House, bootstrap
from crm_copilot.data import DataInfo
from crm_copilot.errors import InputError
from crm_copilot.interfaces.console import progress
from crm_copilot.settings import Settings, load_settings
from evaluation.curve import unheld
from evaluation.document import Run, write
from evaluation.matcher import Given, right
from evaluation.questions import Question, load_all
from evaluation.report import GROUPS, OUTCOMES, summary
from evaluation.run import Matcher, Result, run

HERE = Path(__file__).parent / "questions"


def evaluate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="question files, those that ship when none is given; or 'recommender' for its figures"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON only")] = False,
    matcher: Annotated[Path | None, typer.Option(help="a Python file with matches_item(item, answer)")] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="list the questions that were not right")] = False,
    models: Annotated[str, typer.Option(help="values of CRM_MODEL, with commas between: the same for each")] = "",
    report: Annotated[Path | None, typer.Option(help="a folder for report.md, the picture and results.jsonl")] = None,
) -> None:
    """Ask questions with gold results of the data that are loaded, and report how often the answers are right."""
    if files and (other := _other(files)):
        other(as_json)
        return
    judge = _matcher(matcher) if matcher else right
    paths = files or sorted(HERE.glob("*.jsonl"))
    settings = {name: load_settings(model=name) if name else load_settings() for name in models.split(",")}
    found, runs = [], []
    for name, chosen in settings.items():
        run, source = _asked(name, chosen, paths, judge, again=report is not None)
        runs.append(run)
        found.append({"data": source, "model": run.model, **summary(run.results)})
        if wrong:
            _list(run.results)
    if report is not None:
        write(report, runs, found[0]["data"], chosen.confidence_threshold)
    shown: Any = found[0] if len(found) == 1 else {"models": found}
    sys.stdout.write(json.dumps(shown, ensure_ascii=False) + "\n" if as_json else "\n".join(map(_text, found)))


def _other(files: Sequence[Path]) -> Callable[[bool], None] | None:
    """Return what judges something else than answers, where its name stands in place of a file."""
    named = [point for point in entry_points(group="crm_copilot.evaluations") if [Path(point.name)] == list(files)]
    return named[0].load() if named and not files[0].exists() else None


def _asked(
    model: str, settings: Settings, files: Sequence[Path], judge: Matcher, again: bool
) -> tuple[Run, str]:  # fmt: skip
    """Ask all questions of one model; where it is wanted, what it declined once more without a threshold."""
    with _opened(settings) as house:
        questions = load_all(files, house.dataset)
        with progress(len(questions)) as step:
            results = run(house.copilot, questions, judge, step)
        name, source = model or house.code_model.name, _described(house.dataset.info)
    if not again:
        return Run(name, results, ()), source
    with _opened(settings.model_copy(update={"confidence_threshold": 0.0})) as house:
        return Run(name, results, unheld(house.copilot, results, judge)), source


def _described(info: DataInfo) -> str:
    """Say which data were asked, without where they lie on this machine."""
    first, last = info.period
    return f"{Path(info.source).name} ({info.rows['orders']:,} orders, {first} to {last})"


@contextmanager
def _opened(settings: Settings) -> Iterator[House]:
    house = bootstrap(settings)
    try:
        yield house
    finally:
        house.close()


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
    for group in (f"by_{name}" for name in GROUPS):
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
