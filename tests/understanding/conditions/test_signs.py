"""What a sign means limits nothing."""

from __future__ import annotations

import pytest

from understanding.asking import line


@pytest.mark.parametrize(
    "question",
    [
        "average days ahead of the estimate, late orders count as negative",
        "on average, how many days before the promised date do orders arrive (delays are negative)?",
        "média de dias antes do prazo (atrasos como negativos)",
    ],
)
def test_late_ones_are_negative(question: str) -> None:
    assert line(question) == "mean early_days"


def test_negative_reviews_still_limit_rows() -> None:
    assert "is_negative_review" in line("average days ahead of the estimate of orders with negative reviews")
