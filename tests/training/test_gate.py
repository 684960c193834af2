"""The gate: better than chance explains, and not more often wrong."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from evaluation.run import Outcome
from training.gate import compare


def runs(
    gained: int = 0, lost: int = 0, same: int = 0, to: Outcome = "declined"
) -> tuple[list[Outcome], list[Outcome]]:
    before: list[Outcome] = ["declined"] * gained + ["right"] * (lost + same)
    after: list[Outcome] = ["right"] * gained + [to] * lost + ["right"] * same
    return before, after


@pytest.mark.parametrize(
    ("gained", "lost", "better"),
    [
        (0, 0, False),
        (5, 0, False),
        (6, 0, True),
        (7, 1, False),
        (8, 1, True),
        (20, 8, True),
        (19, 8, False),
        (1, 9, False),
    ],
)
def test_better_is_what_chance_does_not_explain(gained: int, lost: int, better: bool) -> None:
    found = compare(*runs(gained, lost, same=100))
    assert found.is_better is better
    assert (found.gained, found.lost) == (gained, lost)
    if gained + lost:
        exact = gained > lost and bool(binomtest(gained, gained + lost).pvalue <= 0.05)
        assert better is exact, "the interval and the test of McNemar agree"


def test_silence_is_worth_less_than_right_and_more_than_wrong() -> None:
    """A model that is silent where the other was wrong is better; one that is silent altogether is not."""
    before: list[Outcome] = ["wrong"] * 8 + ["right"] * 92
    careful: list[Outcome] = ["declined"] * 8 + ["right"] * 92
    assert compare(before, careful).accepted
    assert compare(careful, before).lost == 8
    assert not compare(before, ["declined"] * 100).is_better
    assert compare(["failed"], ["declined"]).gained == 0


def test_the_interval_holds_the_change_of_the_share() -> None:
    found = compare(*runs(12, 2, same=86))
    assert found.right == (88, 98)
    assert 0 < found.interval[0] < 0.10 < found.interval[1] < 0.14 + 1e-9


def test_more_wrong_answers_than_may_be_are_refused_however_many_are_right() -> None:
    before: list[Outcome] = ["declined"] * 40 + ["right"] * 60
    after: list[Outcome] = ["right"] * 34 + ["wrong"] * 6 + ["right"] * 60
    found = compare(before, after)
    assert (found.is_better, found.is_safe, found.accepted) == (True, False, False)
    assert compare(before, after, most_wrong=0.06).accepted


def test_who_is_wrong_more_often_already_need_not_be_less_so() -> None:
    before: list[Outcome] = ["wrong"] * 8 + ["declined"] * 12
    after: list[Outcome] = ["wrong"] * 8 + ["right"] * 12
    assert compare(before, after).accepted
    assert not compare(before, ["wrong"] * 9 + ["right"] * 11).accepted


def test_runs_over_other_questions_cannot_be_compared() -> None:
    with pytest.raises(ValueError):
        compare(["right"], ["right", "right"])


def test_the_figures_are_said() -> None:
    found = compare(*runs(9, 1, same=90))
    assert str(found).startswith(
        "of 100 questions 99 right instead of 91, 0 wrong instead of 0 (at most 5); 9 better, 1"
    )
    assert found.to_json()["accepted"] is True
