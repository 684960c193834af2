"""What is ranked by one number and shown with another, and shares of money."""

from __future__ import annotations

import pytest

from understanding.asking import line, link, reading_of


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "for the 4 sellers with the most orders, what share of their orders was late?",
            "count order, count order if has_delivery share is_late | by seller_id | desc 4",
        ),
        (
            "the 3 states with the highest revenue: for each, what percentage of reviews has 1 star?",
            "revenue, count review if has_review share review_score == 1 | by customer_state | desc 3",
        ),
        (
            "the 6 states with the most orders: for each, the average review score",
            "count order, average_review_score | by customer_state | desc 6",
        ),
    ],
)
def test_ranked_by_one_and_shown_with_the_other(question: str, expected: str) -> None:
    assert line(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "share of each payment method by value",
        "each payment type in percent of what customers paid",
        "participação de cada forma de pagamento em valor",
    ],
)
def test_a_share_of_the_money(question: str) -> None:
    assert line(question) == "sum payment_value | by payment_type | as share"


def test_a_share_of_the_payments() -> None:
    assert line("share of each payment type") == "count payment | by payment_type | as share"


def test_one_for_each_of_the_states_that_are_named() -> None:
    question = "the top category in each of the two states AA and BB by revenue"
    said = line(question, *(link(question, code, "customer_state", code) for code in ("AA", "BB")))
    assert said.endswith("| desc 1 | within customer_state")


def test_what_leads_bring_is_not_their_revenue() -> None:
    assert line("how many leads did each channel bring in?") == "count lead | by origin"


@pytest.mark.parametrize(
    "question",
    [
        "monthly growth of revenue through 2018 in %, January against December as well",
        "revenue growth month over month in 2018, in percent, january versus december included",
    ],
)
def test_the_growth_of_all_months(question: str) -> None:
    assert line(question) == "revenue | by month | in 2018-01-01..2019-01-01 | as growth"


def test_growth_without_a_measure_is_that_of_revenue() -> None:
    reading = reading_of("which state grew most from March to April 2018?")
    assert reading.plan is not None
    assert reading.plan.measures[0].metric == "revenue"
    assert reading.doubts == {"what grew": 0.1}
