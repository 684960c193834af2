"""Which token comes next, held against the definition of softmax."""

from __future__ import annotations

import numpy as np
import pytest

from crm_copilot.llm.sampling import Sampling, choose

LOGITS = np.log(np.array([[0.1, 0.4, 0.3, 0.15, 0.05]], np.float32))


def rows(count: int) -> np.ndarray:
    return np.repeat(LOGITS, count, axis=0)


def drawn(how: Sampling, count: int = 4001, seed: int = 3) -> np.ndarray:
    """Return the share of each token among the drawn rows."""
    tokens, _ = choose(rows(count), how, np.random.default_rng(seed))
    return np.bincount(tokens[1:], minlength=5) / (count - 1)


def test_the_first_row_is_the_likeliest_token() -> None:
    for seed in range(20):
        tokens, _ = choose(rows(4), Sampling(temperature=5.0), np.random.default_rng(seed))
        assert tokens[0] == 1


def test_the_log_probability_is_that_of_the_model() -> None:
    """Whatever the temperature and however large the numbers."""
    for shift in (0, 1000, -1000):
        tokens, chances = choose(rows(50) + np.float32(shift), Sampling(temperature=3.0), np.random.default_rng(0))
        assert len(set(tokens)) > 2
        assert chances == pytest.approx(LOGITS[0][tokens], abs=1e-3)


def test_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    assert drawn(Sampling(1.0, top_p=1.0)) == pytest.approx(np.exp(LOGITS[0]), abs=0.03)


def test_a_low_temperature_sharpens() -> None:
    sharp = np.exp(LOGITS[0]) ** 2
    assert drawn(Sampling(0.5, top_p=1.0)) == pytest.approx(sharp / sharp.sum(), abs=0.03)


@pytest.mark.parametrize(
    ("how", "possible"),
    [
        (Sampling(1.0, top_k=1), {1}),
        (Sampling(1.0, top_k=3, top_p=1.0), {0, 1, 2, 3} - {0}),
        (Sampling(1.0, top_p=0.01), {1}),
        (Sampling(1.0, top_p=0.65), {1, 2}),
        (Sampling(1.0, top_p=0.75), {1, 2, 3}),
        (Sampling(1.0, top_k=1000, top_p=1.0), {0, 1, 2, 3, 4}),
    ],
)
def test_the_unlikely_is_never_drawn(how: Sampling, possible: set[int]) -> None:
    assert set(np.flatnonzero(drawn(how))) == possible


def test_the_same_seed_draws_the_same() -> None:
    one, other, third = (choose(rows(64), Sampling(), np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert (one == other).all()
    assert (one != third).any()
