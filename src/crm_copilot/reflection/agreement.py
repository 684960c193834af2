"""How probable it is that a result is right, from who computed it: the grammar, the small model, and how often.

The *voices* of a candidate say who wrote it: `library` with the probability of its reading, `draft` (the small model
knowing that reading), `free` (the small model not knowing it) and `drawn`, the share of its further tries. Candidates
with one result have their voices together. The weights are a logistic regression on questions that neither had seen
(`crm train confidence`); `agreement.toml` holds them. `verified` is no writer's voice: the log odds that the verifier
gives to what is computed, in words, where a candidate can say that.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crm_copilot.domain import VERIFIED

FILE = Path(__file__).with_name("agreement.toml")
_NEAREST = 0.02  # to 0 and 1 that a probability counts
_MOST_VERIFIED = 4.0  # either way: where the verifier is sure and errs, it is not to decide alone


@dataclass(frozen=True, slots=True)
class Agreement:
    """The weights of the regression."""

    intercept: float
    library: float
    against: float
    draft: float
    free: float
    drawn: float
    verified: float
    told: float

    def __call__(self, voices: Mapping[str, float], reading: float | None) -> float:
        """Return how probable it is that the result with these voices is right; `reading` is the grammar's belief."""
        known = features(voices, reading)
        weights = (self.library, self.against, self.draft, self.free, self.drawn, self.verified, self.told)
        odds = self.intercept + sum(weight * value for weight, value in zip(weights, known, strict=True))
        return round(1 / (1 + math.exp(-odds)), 4)


def features(voices: Mapping[str, float], reading: float | None) -> tuple[float, ...]:
    """Return what the probability is computed from, in the order of the weights.

    They are the log odds of the reading, for or against, the votes, the verifier's log odds, and whether it has any.
    """
    odds = 0.0 if reading is None else _log_odds(reading)
    own = "library" in voices
    return (
        odds + _MARGIN if own else 0.0,
        odds + _MARGIN if reading is not None and not own else 0.0,
        voices.get("draft", 0.0), voices.get("free", 0.0), voices.get("drawn", 0.0),
        min(max(voices.get(VERIFIED, 0.0), -_MOST_VERIFIED), _MOST_VERIFIED), float(VERIFIED in voices),
    )  # fmt: skip


@cache
def agreement() -> Agreement:
    """Return the weights that ship."""
    return Agreement(**tomllib.loads(FILE.read_text("utf-8")))


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _NEAREST), 1 - _NEAREST)
    return math.log(kept / (1 - kept))


_MARGIN = -math.log(_NEAREST / (1 - _NEAREST))  # log odds are counted from the least, so that a voice is never negative
