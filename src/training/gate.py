"""The gate: may something that was learned be used? Two runs over the same questions decide.

What counts is the questions on which the runs differ: right is worth more than not answered, and that more than wrong.
Of those questions the new run must win more than chance gives (the exact test of McNemar, 1947, two-sided, as an
interval: Clopper and Pearson, 1934), and its wrong answers may not be more than the bound, or than they are already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scipy.stats import binomtest

from evaluation.run import Outcome

MOST_WRONG = 0.05
WORTH: Mapping[Outcome, int] = {"right": 2, "declined": 1, "failed": 1, "wrong": 0}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs: `gained` questions are answered better than before, `lost` ones worse.

    `interval` is that of the gained less the lost as a share of all questions, at 95 %.
    """

    questions: int
    right: tuple[int, int]
    wrong: tuple[int, int]
    gained: int
    lost: int
    interval: tuple[float, float]
    most_wrong: int

    @property
    def is_better(self) -> bool:
        """Whether more is won than chance explains."""
        return self.interval[0] > 0

    @property
    def is_safe(self) -> bool:
        """Whether no more is wrong than may be."""
        return self.wrong[1] <= max(self.most_wrong, self.wrong[0])

    @property
    def accepted(self) -> bool:
        """Whether the new one may take the place of the old."""
        return self.is_better and self.is_safe

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them."""
        return {**asdict(self), "better": self.is_better, "safe": self.is_safe, "accepted": self.accepted}

    def __str__(self) -> str:
        low, high = (100 * edge for edge in self.interval)
        return (
            f"of {self.questions} questions {self.right[1]} right instead of {self.right[0]}, {self.wrong[1]} wrong"
            f" instead of {self.wrong[0]} (at most {max(self.most_wrong, self.wrong[0])}); {self.gained} better,"
            f" {self.lost} worse: {low:+.1f} to {high:+.1f} points at 95 %"
        )


def compare(before: Sequence[Outcome], after: Sequence[Outcome], most_wrong: float = MOST_WRONG) -> Comparison:
    """Compare two runs over the same questions in the same order; raise ValueError for runs over others."""
    changes = [WORTH[new] - WORTH[old] for old, new in zip(before, after, strict=True)]
    gained, lost = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    return Comparison(
        len(changes), (before.count("right"), after.count("right")), (before.count("wrong"), after.count("wrong")),
        gained, lost, _interval(gained, lost, len(changes)), int(most_wrong * len(changes)),
    )  # fmt: skip


def _interval(gained: int, lost: int, questions: int) -> tuple[float, float]:
    """Return the interval of (gained - lost) / questions, given on how many questions the runs differ."""
    differing = gained + lost
    if differing == 0:
        return 0.0, 0.0
    share = binomtest(gained, differing).proportion_ci(0.95, method="exact")
    low, high = ((2 * edge - 1) * differing / questions for edge in (share.low, share.high))
    return round(low, 4), round(high, 4)
