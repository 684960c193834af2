"""Random numbers that are the same everywhere, and distributed as they say."""

from __future__ import annotations

import numpy as np
import pytest

from crm_copilot.data.demo.draws import Draws, exponential, moments, money


def test_the_stream_is_fixed_for_ever() -> None:
    assert Draws(7, "a").uniform(3).tolist() == Draws(7, "a").uniform(3).tolist()
    assert Draws(7, "a").ids(1) == ["2abd32f5bf55d7fa6e55793429c99349"]


def test_each_topic_and_seed_has_a_stream_of_its_own() -> None:
    firsts = [Draws(seed, topic).uniform(1)[0] for seed in (1, 2) for topic in ("a", "b")]
    assert len(set(firsts)) == 4


def test_uniform_numbers_fill_the_interval() -> None:
    drawn = Draws(1, "u").uniform(100_000)
    assert 0 <= drawn.min() < drawn.max() < 1
    assert np.histogram(drawn, bins=10, range=(0, 1))[0] == pytest.approx([10_000] * 10, rel=0.05)


def test_normal_numbers_are_normal() -> None:
    drawn = Draws(1, "n").normal(100_000)
    assert (drawn.mean(), drawn.std()) == (pytest.approx(0, abs=0.02), pytest.approx(1, rel=0.02))
    assert np.mean(np.abs(drawn) < 1.96) == pytest.approx(0.95, abs=0.005)


def test_lognormal_numbers_have_their_median() -> None:
    assert np.median(Draws(1, "l").lognormal(80, 0.7, 100_000)) == pytest.approx(80, rel=0.02)


def test_the_exponential_is_near_the_real_one() -> None:
    powers = np.linspace(-1.4, 1.4, 50)
    assert exponential(powers) == pytest.approx(np.exp(powers), rel=1e-3)


def test_picks_go_by_weight() -> None:
    counts = np.bincount(Draws(1, "p").pick((1, 0, 3), 40_000))
    assert counts.tolist() == pytest.approx([10_000, 0, 30_000], rel=0.05)


def test_picks_by_row_go_by_the_weights_of_the_row() -> None:
    weights = np.array([[1.0, 0.0], [1.0, 3.0]])
    picked = Draws(1, "r").pick_by_row(weights, np.array([0] * 1_000 + [1] * 10_000))
    assert picked[:1_000].sum() == 0
    assert picked[1_000:].mean() == pytest.approx(0.75, abs=0.02)


def test_whole_numbers_keep_their_bounds() -> None:
    assert set(Draws(1, "w").whole(2, 5, 1_000).tolist()) == {2, 3, 4}


def test_ids_are_like_olists() -> None:
    ids = Draws(1, "i").ids(5_000)
    assert len(set(ids)) == 5_000
    assert {len(one) for one in ids} == {32}
    assert set("".join(ids)) == set("0123456789abcdef")


def test_moments_and_money_are_written_as_in_the_files() -> None:
    assert moments(np.array([0, 1_535_759_999])) == ["1970-01-01 00:00:00", "2018-08-31 23:59:59"]
    assert money(np.array([5, 123_450])) == ["0.05", "1234.50"]
