"""What a question says outright, and that a plan may rest on nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from crm_copilot.domain import LinkedValue
from crm_copilot.library import notation
from crm_copilot.understanding.evidence import Evidence, evidence
from crm_copilot.understanding.reading import Calendar

CALENDAR = Calendar(date(2016, 9, 1), date(2018, 8, 31))
LINKS = (LinkedValue("toys", "products", "product_category", "toys", 1.0, 0, 4),)


def said(question: str, links: tuple[LinkedValue, ...] = ()) -> Evidence:
    return evidence(question, links, CALENDAR)


def test_states_values_numbers_and_periods_are_found() -> None:
    found = said("late orders above R$ 1,000 from Bahia paid by boleto in March 2018, top 5")
    assert ("customer_state", "BA") in found.values
    assert ("payment_type", "boleto") in found.values
    assert {1000.0, 5.0} <= found.numbers
    assert found.periods == ((date(2018, 3, 1), date(2018, 4, 1)),)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("revenue in SP", "revenue | where customer_state == 'SP'"),
        ("sellers in SP", "count seller | where seller_state == 'SP'"),
        ("orders with more than 3 items", "count order | where items_per_order > 3"),
        ("customers with at least 1,000 in purchases", "count customer | having customer_unique_id: revenue >= 1000"),
        ("the top five states by orders", "count order | by customer_state | desc 5"),
        ("which state has the most orders", "count order | by customer_state | desc 1"),
        ("revenue by month in 2017", "revenue | by month | in 2017-01-01..2018-01-01"),
        ("revenue from January to March 2018", "revenue | in 2018-01-01..2018-04-01"),
        ("revenue in 2017 against 2018", "revenue | by period | in 2017-01-01..2018-01-01, 2018-01-01..2019-01-01"),
        ("how often is the same bought again", "call bought_again()"),
        ("parcels above 3 kg: mean freight", "mean freight_value | where product_weight_g > 3000"),
        ("deals won within two weeks", "count deal | where sales_cycle_days <= 14"),
        ("reviews answered within a day", "count review | where review_response_hours <= 24"),
        ("orders over mil reais", "count order | where order_value > 1000"),
        ("how many sellers make half of revenue", "revenue | by seller_id | as reach | percent 50"),
        ("calls that Rita Prado had", "count interaction | where interaction_kind == 'call'"),
        ("orders of Rio (state)", "count order | where customer_state == 'RJ'"),
        ("orders that were canceled or delivered", "count order | where order_status in ('canceled', 'delivered')"),
        ("top 3 clients by spend this year", "sum total_spend_ytd | by client_name | desc 3"),
        ("is December busy? orders by calendar month", "count order | by month_of_year"),
        ("comments with the word prazo", "count review | where review_comment_message contains 'prazo'"),
        (
            "growth in orders from Q1 2018 to Q2 2018",
            "count order | by period | in 2018-01-01..2018-04-01, 2018-04-01..2018-07-01 | as growth",
        ),
        (
            "revenue in 2018 of sellers with more than 5 orders in 2017",
            "revenue | in 2018-01-01..2019-01-01 | having seller_id: count order > 5 in 2017-01-01..2018-01-01",
        ),
    ],
)
def test_what_is_said_supports_a_plan(question: str, line: str) -> None:
    assert said(question).supports(notation.parse(line))


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("revenue in SP", "revenue | where customer_state == 'RJ'"),
        ("revenue in SP", "revenue | where customer_city == 'SP'"),
        ("revenue", "revenue | where product_category == 'toys'"),
        ("orders with more than 3 items", "count order | where items_per_order > 4"),
        ("the top five states by orders", "count order | by customer_state | desc 6"),
        ("revenue by month in 2017", "revenue | by month"),
        ("revenue by month in 2017", "revenue | by month | in 2018-01-01..2019-01-01"),
        ("revenue by month", "revenue | by month | in 2018-01-01..2019-01-01"),
        ("customers with at least 3 orders", "count customer | having customer_unique_id: count order >= 5"),
        ("share of orders from SP", "count order share customer_state == 'MG'"),
        ("orders this year", "count order"),
        ("deals won within two weeks", "count deal | where sales_cycle_days <= 21"),
        ("orders from Q1 2018 to Q2 2018", "count order | by month | in 2018-01-01..2018-04-01"),
        ("comments with the word prazo", "count review | where review_comment_message contains 'troca'"),
    ],
)
def test_what_is_not_said_or_left_out_does_not(question: str, line: str) -> None:
    assert not said(question).supports(notation.parse(line))


def test_the_manager_of_an_account_and_of_an_interaction_are_named_alike() -> None:
    rita = LinkedValue("Rita Prado", "clients", "account_manager", "Rita Prado", 1.0, 14, 24)
    plan = notation.parse("count interaction | where interaction_manager == 'Rita Prado'")
    assert said("interactions of Rita Prado", (rita,)).supports(plan)


def test_linked_values_count() -> None:
    plan = notation.parse("revenue | where product_category == 'toys'")
    assert said("toys: revenue", LINKS).supports(plan)
