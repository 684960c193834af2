from __future__ import annotations

import pytest

from understanding.asking import keys, limits, plan_of


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


@pytest.mark.parametrize(
    ("question", "number"),
    [("how many payments were made in 10x?", 10), ("pagamentos em 3 vezes", 3), ("valor pago em 6x no cartão", 6)],
)
def test_instalments_by_their_number(question: str, number: int) -> None:
    assert ("payment_installments", "==", number) in limits(plan_of(question))


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("average payment value in 1x and 12x", (1, 12)),
        ("quantos pagamentos foram feitos em 1x e 8x?", (1, 8)),
        ("valor médio dos pagamentos em 2x, 4x e 9x", (2, 4, 9)),
        ("compare payments in 3x and 6x", (3, 6)),
    ],
)
def test_several_numbers_of_instalments_are_compared(question: str, numbers: tuple[int, ...]) -> None:
    plan = plan_of(question)
    assert (limits(plan), keys(plan)) == ([("payment_installments", "in", numbers)], ["payment_installments"])


def test_a_number_of_instalments_may_be_a_bound() -> None:
    assert limits(plan_of("payments in more than 6x")) == [("payment_installments", ">", 6)]


def test_two_scores_are_compared() -> None:
    plan = plan_of("average delivery time of orders with 1 star compared with orders with 4 stars")
    assert (limits(plan), keys(plan)) == ([("review_score", "in", (1, 4))], ["review_score"])
