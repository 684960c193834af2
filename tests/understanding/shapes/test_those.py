from __future__ import annotations

import pytest

from understanding.asking import line


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        (
            "sellers with more than 20 orders, with average score and number of reviews",
            "average_review_score, count review | by seller_id | having seller_id: count order > 20 | desc",
        ),
        (
            "list customers with at least 2 orders and their number of orders",
            "count order | by customer_unique_id | having customer_unique_id: count order >= 2",
        ),
    ],
)
def test_those_under_a_condition_are_shown_where_the_question_begins_with_them(question: str, plan: str) -> None:
    assert line(question).removesuffix(" | desc") == plan.removesuffix(" | desc")


def test_one_number_over_all_of_them_stays_one() -> None:
    for question in (
        "average score of sellers with more than 20 orders",
        "how many sellers have more than 20 orders",
        "sellers with more than 20 orders, their average score overall",
    ):
        assert " by " not in line(question), question


def test_the_part_that_the_largest_hold_is_one_number() -> None:
    assert line("share of revenue held by the five biggest sellers").endswith("by seller_id | desc 5 | as top_share")
    assert line("largest payment of 2018, how much?").startswith("max payment_value")


def test_places_under_a_condition_on_sellers_are_the_sellers_own() -> None:
    assert line("which cities have more than 30 sellers").startswith(
        "count seller | by seller_city | having seller_city"
    )
    assert line("which cities have more than 30 customers").startswith("count customer | by customer_city")
