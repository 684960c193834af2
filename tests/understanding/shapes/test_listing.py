"""Lists show what is asked about each row; a superlative may pick one row and ask about it."""

from __future__ import annotations

import pytest

from understanding.asking import keys, line, plan_of


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("list the canceled orders of May 2018 with their customer state", ["customer_state"]),
        ("show all orders of June 2017 with their status", ["order_status"]),
        ("liste os pedidos cancelados de maio de 2018 com a cidade", ["customer_city"]),
    ],
)
def test_a_list_shows_what_is_asked_beside_each_row(question: str, shown: list[str]) -> None:
    plan = plan_of(question)
    assert (plan.listing, keys(plan), plan.measures) == ("orders", shown, ())


def test_a_list_of_deals_shows_when_they_were_won() -> None:
    assert plan_of("list the won deals of March 2018 with the day they were won").listing == "deals"


def test_a_breakdown_is_no_list() -> None:
    assert plan_of("list the number of orders by status").listing is None


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("the cheapest item sold in 2017 and its category", "list order_items, min price | by product_category"),
        ("Most expensive item, with the seller's state", "list order_items, max price | by seller_state"),
        ("What is the costliest thing ever sold? category, price", "list order_items, max price | by product_category"),
        ("o item mais barato: preço e categoria", "list order_items, min price | by product_category"),
    ],
)  # fmt: skip
def test_a_superlative_picks_a_row_and_shows_what_is_asked_about_it(question: str, plan: str) -> None:
    assert line(question).startswith(plan)
    assert plan_of(question).limit == 1


@pytest.mark.parametrize(
    "question",
    ["most expensive item by category", "which category has the most expensive item", "highest price by state"],
)
def test_a_breakdown_by_something_picks_no_row(question: str) -> None:
    assert plan_of(question).listing is None


def test_the_ids_of_rows_under_a_condition_are_all_wanted() -> None:
    assert plan_of("list the ids of orders paid with more than 900").limit is None
