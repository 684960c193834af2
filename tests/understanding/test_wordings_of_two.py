"""Two things tied together: more of one with more of another, a row and what is asked about it."""

from __future__ import annotations

import pytest

from understanding.asking import reading_of


@pytest.mark.parametrize(
    "question",
    [
        "Produtos com mais fotos têm nota melhor?",
        "Do products with more photos get better reviews?",
        "Qual a maior compra já feita e em quantas parcelas foi paga?",
        "How many products have no category, and have any of those been sold?",
        "how much is SP of the total number of orders",
        "what is the average approval time in days",
    ],
)
def test_what_is_tied_together_is_doubted(question: str) -> None:
    assert reading_of(question).confidence < 0.6


@pytest.mark.parametrize(
    "question",
    ["average review score by number of photos", "how many days does delivery take", "average approval time in hours"],
)
def test_what_is_said_plainly_is_not(question: str) -> None:
    assert reading_of(question).confidence > 0.75
