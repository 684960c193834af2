"""What is held against something that the plan does not show is doubted."""

from __future__ import annotations

import pytest

from understanding.asking import link, reading_of


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("compare the average score of sellers with over 50 orders with all the others", "against the rest"),
        ("top 10 sellers versus the rest by late rate", "against the rest"),
        ("vendedores com mais de 50 pedidos contra os demais, nota média", "against the rest"),
        ("how much did revenue grow in Q3 2018 compared to the 1st?", "against which period"),
    ],
)
def test_what_is_not_shown_is_doubted(question: str, reason: str) -> None:
    assert reason in reading_of(question).doubts


def test_a_value_and_the_rest_are_two_groups() -> None:
    question = "average score of toys against all others"
    assert not reading_of(question, link(question, "toys", "product_category", "toys")).doubts


def test_a_ranking_of_one_state_is_none() -> None:
    question = "which state pays more freight than SP?"
    assert "against one of the groups" in reading_of(question, link(question, "SP", "customer_state", "SP")).doubts
