from __future__ import annotations

import pytest

from understanding.asking import line


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("share of cancelled orders in RJ", "count order share is_canceled | where customer_state == 'RJ'"),
        ("weekend share of SP orders", "count order share is_weekend | where customer_state == 'SP'"),
        (
            "what share of the cancelled orders came from RJ?",
            "count order share customer_state == 'RJ' | where is_canceled",
        ),
        ("RJ's share of cancelled orders", "count order share customer_state == 'RJ' | where is_canceled"),
        ("what percentage of MG orders were cancelled", "count order share is_canceled | where customer_state == 'MG'"),
        (
            "percentual de pedidos cancelados em SP",
            "count order share is_canceled | where customer_state == 'SP'",
        ),
    ],
)
def test_what_a_percentage_is_about_and_whose_rows_are_meant(question: str, plan: str) -> None:
    assert line(question) == plan


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        (
            "what share of SP sellers has fewer than 5 orders",
            "count seller | where seller_state == 'SP' | having part seller_id: count order < 5",
        ),
        (
            "share of customers with three or more orders by region",
            "count customer | by customer_region | having part customer_unique_id: count order >= 3",
        ),
    ],
)
def test_the_part_may_be_those_under_a_condition_on_groups(question: str, plan: str) -> None:
    assert line(question) == plan


def test_what_is_named_behind_the_share_is_counted() -> None:
    assert line("what percentage of MG customers came back for a second order").startswith("count customer")


def test_a_rate_with_a_sign_is_one_measure_among_others() -> None:
    assert line("orders, AOV and late % by region") == "count order, aov, late_rate | by customer_region"
    assert line("negative review % by seller state") == "negative_share | by seller_state"


def test_closed_says_nothing_of_deals() -> None:
    assert line("won deals by lead type as % of all deals") == "count deal | by lead_type | as share"
