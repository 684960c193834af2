"""The figures of a run: right, wrong, declined and failed, by set, kind, language and difficulty, times and risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, get_args

from scipy.stats import binomtest

from evaluation.run import Outcome, Result

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
GROUPS: dict[str, Callable[[Result], str]] = {
    "set": lambda r: r.question.set,
    "language": lambda r: r.question.lang,
    "kind": lambda r: r.question.kind,
    "difficulty": lambda r: r.question.difficulty,
}


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """Return the figures as JSON can hold them."""
    answerable = [r for r in results if r.question.kind != "decline"]
    declines = [r for r in results if r.question.kind == "decline"]
    return {
        "questions": len(results),
        "answerable": shares(answerable),
        "unanswerable": {"n": len(declines), "declined": sum(r.outcome == "right" for r in declines)},
        **{f"by_{name}": _grouped(answerable, key) for name, key in GROUPS.items()},
        "seconds": quantiles([r.seconds for r in results]),
        "risk_coverage": risk_coverage(answerable),
    }


def shares(results: Sequence[Result]) -> dict[str, Any]:
    """Return how many of each outcome there are, and the shares of right and wrong with 95 % Wilson intervals."""
    counts = Counter(r.outcome for r in results)
    found: dict[str, Any] = {"n": len(results), **{outcome: counts[outcome] for outcome in OUTCOMES}}
    for outcome in ("right", "wrong"):
        found[f"{outcome}_pct"] = round(100 * counts[outcome] / len(results), 1) if results else None
        found[f"{outcome}_interval"] = wilson(counts[outcome], len(results))
    return found


def risk_coverage(results: Sequence[Result]) -> list[dict[str, float]]:
    """Return, for falling thresholds of confidence, what share is answered and what share of those is wrong."""
    ranked = sorted((r for r in results if r.outcome in ("right", "wrong")), key=lambda r: -r.confidence)
    points, wrong = [], 0
    for place, result in enumerate(ranked, 1):
        wrong += result.outcome == "wrong"
        last = place == len(ranked) or ranked[place].confidence < result.confidence
        if last:
            coverage, risk = round(place / len(results), 4), round(wrong / place, 4)
            points.append({"threshold": result.confidence, "coverage": coverage, "risk": risk})
    return points


def wilson(k: int, n: int) -> list[float] | None:
    """Return the 95 % interval of a share, in percent (Wilson, JASA 1927)."""
    if n == 0:
        return None
    interval = binomtest(k, n).proportion_ci(0.95, method="wilson")
    return [round(100 * float(interval.low), 1), round(100 * float(interval.high), 1)]


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """Return median and 95th percentile."""
    ordered = sorted(values)
    if not ordered:
        return {}
    return {"median": round(ordered[len(ordered) // 2], 3), "p95": round(ordered[int(len(ordered) * 0.95)], 3)}


def _grouped(results: Sequence[Result], key: Callable[[Result], str]) -> dict[str, Any]:
    names = sorted({key(r) for r in results})
    return {name: shares([r for r in results if key(r) == name]) for name in names}
