"""How often a reading is right: the reader's score turned into a probability.

The score counts doubts and says which of two readings is better, not how often either is right. Of long questions more
is misread than their doubts show, so their number of words counts too. The weights are a logistic regression (Platt,
"Probabilistic outputs for support vector machines", 1999) on questions that the grammar had not been written with;
`crm train confidence` fits them anew.
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crm_copilot.understanding.text import tokenize

FILE = Path(__file__).with_name("calibration.toml")
_LEAST = 0.2  # of a score; below it all are alike
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_SHORTEST = 3  # words; below that length says nothing


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of the regression on the logarithms of score and length."""

    intercept: float
    score: float
    length: float

    def __call__(self, score: float, question: str) -> float:
        """Return how probable it is, 0 to 1, that a reading with this score is right."""
        by_score, by_length = features(score, question)
        odds = math.exp(self.intercept + self.score * by_score + self.length * by_length)
        return round(odds / (1 + odds), 4)


def features(score: float, question: str) -> tuple[float, float]:
    """Return what the probability is computed from."""
    return math.log(max(score, _LEAST)), math.log(max(len(tokenize(_ID.sub("id", question))), _SHORTEST))


@cache
def calibration() -> Calibration:
    """Return the calibration that ships."""
    return Calibration(**tomllib.loads(FILE.read_text("utf-8")))
