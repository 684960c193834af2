"""What is asked for apart from its thing: a number at the end, aggregations in a list, an explanation in brackets."""

from __future__ import annotations

import pytest

from understanding.asking import line


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("sellers with more than 20 orders: how many?", "count seller | having seller_id: count order > 20"),
        (
            "customers that spent more than 300 reais altogether, how many of them are there",
            "count customer | having customer_unique_id: revenue > 300",
        ),
        ("products that nobody ever bought: how many", "count product | where is_never_sold"),
    ],
)
def test_how_many_may_come_last(question: str, plan: str) -> None:
    assert line(question) == plan


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("freight by state: min, median, max", "min freight_value, median freight_value, max freight_value"),
        ("order value in SP? p25, median and p95", "p25 order_value, median order_value, p95 order_value"),
        ("count, sum and average of the payment value by type", "count payment, sum payment_value, mean payment_value"),
    ],
)
def test_aggregations_may_be_listed_by_themselves(question: str, plan: str) -> None:
    assert line(question).startswith(plan)


def test_brackets_explain_a_measure_or_add_one() -> None:
    assert line("revenue of cancelled orders (item value)") == "revenue | where is_canceled"
    assert line("revenue (and freight) by state").startswith("revenue, mean freight_value")


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("amount paid per order on average by state", "mean order_payment | by customer_state"),
        ("freight per order on average", "mean order_freight"),
        ("average payment value per order in SP", "mean order_payment | where customer_state == 'SP'"),
    ],
)
def test_what_is_paid_per_order_is_summed_up_for_each(question: str, plan: str) -> None:
    assert line(question) == plan


def test_money_may_be_only_the_verb_of_a_ranking() -> None:
    assert line("which weekday brings in the highest average ticket") == "aov | by weekday | desc 1"
