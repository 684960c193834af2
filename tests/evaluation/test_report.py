"""The figures of a report: counted by hand on a handful of results."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evaluation.questions import Question
from evaluation.report import quantiles, risk_coverage, shares, summary, wilson
from evaluation.run import Outcome, Result

QUESTION = Question("q", "q", "en", "scalar", "easy", "", (), (), False, None, None, "set", {})


def result(outcome: Outcome, confidence: float = 0.9, seconds: float = 0.1, **question: Any) -> Result:
    return Result(replace(QUESTION, **question), outcome, confidence, seconds, 1, {})


RESULTS = [
    result("right", 0.9), result("right", 0.8, lang="pt"), result("wrong", 0.7, kind="table"),
    result("declined", 0.0, difficulty="hard"), result("failed", 0.0), result("right", kind="decline"),
    result("wrong", 0.95, kind="decline"),
]  # fmt: skip


def test_every_outcome_is_counted_and_declining_apart() -> None:
    found = summary(RESULTS)
    assert found["questions"] == 7
    whole = found["answerable"]
    assert {name: whole[name] for name in ("n", "right", "wrong", "declined", "failed")} == {
        "n": 5, "right": 2, "wrong": 1, "declined": 1, "failed": 1,
    }  # fmt: skip
    assert (whole["right_pct"], whole["wrong_pct"]) == (40.0, 20.0)
    assert found["unanswerable"] == {"n": 2, "declined": 1}


@pytest.mark.parametrize(
    ("group", "counts"),
    [
        ("by_language", {"en": 4, "pt": 1}),
        ("by_kind", {"scalar": 4, "table": 1}),
        ("by_difficulty", {"easy": 4, "hard": 1}),
    ],
)
def test_groups_add_up_to_the_whole(group: str, counts: dict[str, int]) -> None:
    found = summary(RESULTS)[group]
    assert {name: figures["n"] for name, figures in found.items()} == counts
    assert sum(figures["right"] for figures in found.values()) == 2


def test_nothing_asked_gives_no_share() -> None:
    found = shares([])
    assert (found["n"], found["right_pct"], found["right_interval"]) == (0, None, None)
    assert summary([])["seconds"] == {}


def test_risk_is_counted_at_falling_thresholds() -> None:
    """One point for each confidence; answers of the same one stand or fall together."""
    tied = [result("right", 0.9), result("wrong", 0.8), result("right", 0.8), result("declined", 0.0)]
    assert risk_coverage(tied) == [
        {"threshold": 0.9, "coverage": 0.25, "risk": 0.0},
        {"threshold": 0.8, "coverage": 0.75, "risk": 0.3333},
    ]


@pytest.mark.parametrize(("k", "n", "interval"), [(0, 10, [0.0, 27.8]), (5, 10, [23.7, 76.3]), (10, 10, [72.2, 100.0])])
def test_intervals_are_wilsons(k: int, n: int, interval: list[float]) -> None:
    assert wilson(k, n) == pytest.approx(interval, abs=0.1)


def test_times_are_median_and_95th_percentile() -> None:
    assert quantiles([n / 100 for n in range(100, 0, -1)]) == {"median": 0.51, "p95": 0.96}
