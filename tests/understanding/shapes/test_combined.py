"""Two numbers made one, rows of the answer limited, and the place of one among all."""

from __future__ import annotations

import pytest

from crm_copilot.library import notation
from understanding.asking import plan_of, reading_of

COMBINED = (
    ("how many times more orders does SP have than RJ?",
     "count order if customer_state == 'SP' per count order if customer_state == 'RJ'"),
    ("how much more revenue does SP have than RJ in 2018?",
     "revenue if customer_state == 'SP' minus revenue if customer_state == 'RJ' | in 2018-01-01..2019-01-01"),
    ("gap between promised delivery time and actual delivery time by state",
     "mean promised_days minus mean delivery_days | by customer_state"),
    ("revenue minus freight by category", "revenue minus total_freight | by product_category"),
    ("diferença entre o prazo prometido e o prazo real por estado",
     "mean promised_days minus mean delivery_days | by customer_state"),
)  # fmt: skip
LIMITED = (
    ("months with more than 1,000 orders", "count order | by month | having each: count order > 1000"),
    ("days on which revenue passed 50,000", "revenue | by day | having each: revenue > 50000"),
    ("meses com mais de 500 pedidos", "count order | by month | having each: count order > 500"),
    ("routes (seller state to customer state) with at least 30 orders",
     "count order | by seller_state, customer_state | having each: count order >= 30 | desc"),
    ("orders by category and seller state with over 100 orders",
     "count order | by product_category, seller_state | having each: count order > 100"),
    ("how many category and state pairs have more than 100 orders?",
     "count order | by product_category, customer_state | having each: count order > 100 | as number"),
)  # fmt: skip
PLACED = (
    ("where does BA stand by revenue?", "revenue"),
    ("what is the rank of BA by number of orders?", "count order"),
    ("em que posição está BA em receita?", "revenue"),
)


@pytest.mark.parametrize(("question", "line"), COMBINED)
def test_two_numbers_become_one(question: str, line: str) -> None:
    assert notation.write(plan_of(question)) == line


def test_growth_stays_growth() -> None:
    assert plan_of("how much more did we sell in 2018 than in 2017?").transform == "growth"


def test_two_numbers_that_are_not_found_are_doubted() -> None:
    assert reading_of("how many times more revenue does SP have?").confidence < 0.7


@pytest.mark.parametrize(("question", "line"), LIMITED)
def test_the_rows_of_the_answer_are_limited(question: str, line: str) -> None:
    assert notation.write(plan_of(question)) == line


def test_a_group_that_is_named_is_limited_over_all_other_keys() -> None:
    plan = plan_of("orders by seller state and month, only seller states with at least 100 orders")
    assert plan.having[0].key == "seller_state"


@pytest.mark.parametrize(("question", "measure"), PLACED)
def test_the_place_of_one_among_all(question: str, measure: str) -> None:
    assert notation.write(plan_of(question)) == f"{measure} | by customer_state | as rank | show customer_state == 'BA'"
