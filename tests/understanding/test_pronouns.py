from __future__ import annotations

from understanding.asking import line


def test_who_are_those_that_stand_before_it() -> None:
    assert line("average score of sellers who have 20 orders or more") == (
        "average_review_score | having seller_id: count order >= 20"
    )
    assert line("customers who bought in SP") == "count customer | where customer_state == 'SP'"


def test_who_may_be_somebody_else_than_the_customers() -> None:
    assert line("who has the highest revenue, of all sellers?").startswith("revenue | by seller_id")
    assert line("who spent the most in 2018?").startswith("revenue | by customer_unique_id")


def test_in_portuguese_the_deed_says_who_it_was() -> None:
    assert line("quem mais faturou em 2018?").startswith("revenue | by seller_id")
    assert line("quem mais gastou em SP?").startswith("revenue | by customer_unique_id")
    assert line("quem mais comprou em SP?").startswith("count order | by customer_unique_id")


def test_who_sells_is_a_seller_and_who_buys_a_customer() -> None:
    assert line("who sold the most in 2017?").startswith("count item | by seller_id")
    assert line("who bought the most in 2017?").endswith("desc 1")
    assert "by customer_unique_id" in line("who bought the most in 2017?")
