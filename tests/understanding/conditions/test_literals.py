from __future__ import annotations

import pytest

from understanding.asking import limits, plan_of


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("how many reviews have 4 stars?", ("review_score", "==", 4)),
        ("reviews with a score of 1 or 2", ("review_score", "in", (1, 2))),
        ("avaliações com nota 3", ("review_score", "==", 3)),
        ("orders paid in 7 installments", ("payment_installments", "==", 7)),
    ],
)
def test_numbers_beside_a_score_or_instalments(question: str, limit: tuple[str, str, object]) -> None:
    assert limits(plan_of(question)) == [limit]


def test_no_score_is_above_five() -> None:
    assert limits(plan_of("top 10 sellers by review score")) == []
