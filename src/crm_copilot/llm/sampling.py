"""Which token comes next: the likeliest for the first row, one drawn from the likely ones for every other.

Drawing is done here and not by the runtime, so that one batch holds the greedy candidate and the sampled ones, the
probability of each token is known, and the same seed draws the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Tokens = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely is drawn: from the `top_k` likeliest tokens, as many as make up `top_p` of the probability."""

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95


def choose(logits: npt.NDArray[np.float32], how: Sampling, rng: np.random.Generator) -> tuple[Tokens, Floats]:
    """Return a token for each row and its log-probability under the model as it is (temperature 1)."""
    tokens = logits.argmax(axis=1)
    if len(logits) > 1:
        tokens[1:] = _draw(logits[1:], how, rng)
    shifted = logits - logits.max(axis=1, keepdims=True)
    chances = shifted[np.arange(len(tokens)), tokens] - np.log(np.exp(shifted).sum(axis=1))
    return tokens, chances.astype(np.float64)


def _draw(logits: npt.NDArray[np.float32], how: Sampling, rng: np.random.Generator) -> Tokens:
    places = np.sort(np.argpartition(logits, -_k(logits, how), axis=1)[:, -_k(logits, how) :], axis=1)
    scores = np.take_along_axis(logits, places, axis=1).astype(np.float64)
    order = np.argsort(-scores, axis=1, kind="stable")
    scores = np.take_along_axis(scores, order, axis=1) / how.temperature
    shares = np.exp(scores - scores[:, :1])
    shares /= shares.sum(axis=1, keepdims=True)
    before = np.cumsum(shares, axis=1) - shares
    # The largest of the scores, each with noise of Gumbel's, is a draw from their softmax.
    noisy = np.where(before < how.top_p, scores + rng.gumbel(size=scores.shape), -np.inf)
    best = np.take_along_axis(order, noisy.argmax(axis=1)[:, None], axis=1)
    return np.take_along_axis(places, best, axis=1)[:, 0]


def _k(logits: npt.NDArray[np.float32], how: Sampling) -> int:
    return min(how.top_k, int(logits.shape[1]))
