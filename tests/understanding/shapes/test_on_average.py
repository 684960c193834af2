from __future__ import annotations

import pytest

from understanding.asking import line


@pytest.mark.parametrize(
    "question",
    [
        "In which states do deliveries take over 15 days on average?",
        "which states have an average delivery time of more than 15 days",
        "em quais estados a entrega demora mais de 15 dias em média?",
    ],
)
def test_the_average_of_each_group_is_compared_and_not_each_row(question: str) -> None:
    assert line(question).startswith("mean delivery_days | by customer_state | having")


def test_a_condition_on_each_row_stays_one() -> None:
    assert "having" not in line("which states have the most orders with over 15 days of delivery")
