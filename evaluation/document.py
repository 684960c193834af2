"""The report of an evaluation as files: report.md, risk-coverage.png, results.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.curve import MOST_WRONG, draw
from evaluation.report import GROUPS, OUTCOMES, summary
from evaluation.run import Result

PICTURE = "risk-coverage.png"
_HEAD = f"| | questions | {' | '.join(OUTCOMES)} | right % | wrong % |\n|---|---{'|---' * len(OUTCOMES)}|---|---|"


@dataclass(frozen=True, slots=True)
class Run:
    """A model's answers: as they are given, and as they would be without a threshold."""

    model: str
    results: Sequence[Result]
    unheld: Sequence[Result]


def write(folder: Path, runs: Sequence[Run], data: str, threshold: float) -> None:
    """Write the report into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    draw({run.model: run.unheld for run in runs}, threshold, folder / PICTURE)
    (folder / "report.md").write_text("\n".join(_report(runs, data, threshold)) + "\n", "utf-8")
    lines = (json.dumps(_line(run.model, result), ensure_ascii=False) for run in runs for result in run.results)
    (folder / "results.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _report(runs: Sequence[Run], data: str, threshold: float) -> Iterator[str]:
    figures = {run.model: summary(run.results) for run in runs}
    files = sorted({result.question.set for result in runs[0].results})
    yield "# Evaluation\n"
    yield f"{len(runs[0].results)} questions ({', '.join(files)}), asked of {data}; answered from a confidence of"
    yield f"{threshold:g} on. In brackets: 95 % intervals (Wilson). Written by `crm evaluate --report`.\n"
    yield "## All answerable questions\n"
    yield _HEAD
    yield from (_row(model, found["answerable"]) for model, found in figures.items())
    yield ""
    yield from (_around(model, found) for model, found in figures.items())
    yield "\n## Risk and coverage\n"
    yield f"![Share of wrong answers against the share of questions answered]({PICTURE})\n"
    yield from (_risk(run, threshold) for run in runs)
    for name in GROUPS:
        yield f"\n## By {name}\n"
        yield _HEAD
        yield from _rows(name, figures)


def _around(model: str, found: Mapping[str, Any]) -> str:
    """Say what is not in the table: questions without an answer, and times."""
    beyond, seconds = found["unanswerable"], found["seconds"]
    times = f"{seconds['median']:.2f} s in the median, {seconds['p95']:.2f} s at the 95th percentile" if seconds else ""
    return f"- {model}: of {beyond['n']} questions that cannot be answered, {beyond['declined']} were declined; {times}"


def _risk(run: Run, threshold: float) -> str:
    """Say where the threshold lies on the curve, and how much could be answered at the promised risk."""
    points = summary(run.unheld)["risk_coverage"]
    held = [point for point in points if point["threshold"] >= threshold]
    kept = [point for point in points if point["risk"] <= MOST_WRONG]
    now = f"{held[-1]['coverage']:.1%} answered, {held[-1]['risk']:.1%} of them wrong" if held else "nothing answered"
    best = f"{kept[-1]['coverage']:.1%}, from {kept[-1]['threshold']:.2f} on" if kept else "none"
    return f"- {run.model}: {now}; at most {MOST_WRONG:.0%} wrong would be {best}"


def _rows(group: str, figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each group, the models under each other."""
    names = sorted({name for found in figures.values() for name in found[f"by_{group}"]})
    for name in names:
        for model, found in figures.items():
            title = name if len(figures) == 1 else f"{name}, {model}"
            yield _row(title, found[f"by_{group}"][name])


def _row(title: str, shares: Mapping[str, Any]) -> str:
    counts = " | ".join(str(shares[outcome]) for outcome in OUTCOMES)
    return f"| {title} | {shares['n']} | {counts} | {_share(shares, 'right')} | {_share(shares, 'wrong')} |"


def _share(shares: Mapping[str, Any], outcome: str) -> str:
    if shares[f"{outcome}_pct"] is None:
        return ""
    low, high = shares[f"{outcome}_interval"]
    return f"{shares[f'{outcome}_pct']} ({low}–{high})"


def _line(model: str, result: Result) -> dict[str, Any]:
    """Return what became of a question, without a row of anybody's data."""
    asked = result.question
    return {
        "model": model, "set": asked.set, "id": asked.id, "question": asked.question, "kind": asked.kind,
        "lang": asked.lang, "difficulty": asked.difficulty, "outcome": result.outcome,
        "confidence": result.confidence, "seconds": round(result.seconds, 3), "attempts": result.attempts,
        "understood_as": [entry["understood_as"] for entry in result.answer["results"]],
    }  # fmt: skip
