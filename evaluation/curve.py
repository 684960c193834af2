"""The risk–coverage curve as a picture: what share of answers is wrong when only the surest are given.

The threshold in use is a point of the curve. What lies beyond it was declined: those questions are asked once more
with no threshold, to see what would have been said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from crm_copilot.copilot import Copilot
from evaluation.questions import Question
from evaluation.report import risk_coverage
from evaluation.run import Matcher, Result, run

MOST_WRONG = 0.05
"""What the product promises: of the answers given, no larger share is wrong."""
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")


def unheld(copilot: Copilot, results: Sequence[Result], judge: Matcher) -> list[Result]:
    """Return the results with what a copilot without a threshold says in place of what was declined."""
    declined = {_name(r.question) for r in results if r.outcome == "declined" and r.question.kind != "decline"}
    threads = {r.question.thread for r in results if _name(r.question) in declined} - {None}
    again = [r.question for r in results if _name(r.question) in declined or r.question.thread in threads]
    said = {_name(r.question): r for r in run(copilot, again, judge)}
    return [said[_name(r.question)] if _name(r.question) in declined else r for r in results]


def _name(question: Question) -> tuple[str, str]:
    return question.set, question.id


def draw(curves: Mapping[str, Sequence[Result]], threshold: float, file: Path) -> None:
    """Draw one curve for each model, the promise as a line and the threshold as a point."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    highest = 2 * MOST_WRONG
    for (name, results), color in zip(curves.items(), _COLORS, strict=False):
        points = risk_coverage([r for r in results if r.question.kind != "decline"])
        axes.plot(*_percent(points), color=color, label=name)
        held = [point for point in points if point["threshold"] >= threshold][-1:]
        axes.plot(*_percent(held), "o", color=color)
        highest = max([highest, *(point["risk"] for point in points)])
    axes.axhline(100 * MOST_WRONG, color="0.4", linestyle="--", linewidth=1)
    axes.annotate(f"{MOST_WRONG:.0%} wrong", (1, 100 * MOST_WRONG + 0.3), color="0.4", fontsize=9)
    axes.plot([], [], "o", color="0.4", label=f"threshold in use ({threshold:g})")
    axes.set(xlabel="answered, % of the answerable questions", ylabel="wrong, % of the answers")
    axes.set(xlim=(0, 100), ylim=(0, 105 * highest))
    axes.grid(color="0.9")
    axes.legend(loc="upper left", frameon=False)
    figure.savefig(file, dpi=120, metadata={"Software": None})


def _percent(points: Iterable[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    found = list(points)
    return [100 * point["coverage"] for point in found], [100 * point["risk"] for point in found]
