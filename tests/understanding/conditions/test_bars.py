"""Groups held against their average, their median or the value of everything."""

from __future__ import annotations

import pytest

from crm_copilot.library import notation
from understanding.asking import plan_of, reading_of

HELD = (
    ("customers above the average revenue", "customer_unique_id: revenue > mean"),
    ("which sellers had below-average revenue in 2018?", "seller_id: revenue < mean"),
    ("how many customers spend more than the average customer?", "customer_unique_id: revenue > mean"),
    ("cities with more orders than average", "customer_city: count order > mean"),
    ("sellers with revenue above the median", "seller_id: revenue > median"),
    ("states with a late rate above the national average", "customer_state: late_rate > overall"),
    ("which categories have an average review score below the overall average?",
     "product_category: average_review_score < overall"),
    ("products heavier than average", "product_id: mean product_weight_g > overall"),
    ("quais vendedores faturam acima da média?", "seller_id: revenue > mean"),
    ("estados com prazo de entrega maior que a média nacional", "customer_state: mean delivery_days > overall"),
    ("quantos clientes gastaram mais que a média por cliente?", "customer_unique_id: revenue > mean"),
    ("quantos clientes gastam menos que a média?", "customer_unique_id: revenue < mean"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "condition"), HELD)
def test_an_average_stands_in_place_of_a_number(question: str, condition: str) -> None:
    assert notation.write(plan_of(question)).split(" | having ")[1].split(" | ")[0] == condition


def test_an_average_over_named_groups_is_theirs() -> None:
    over_all, over_states = (
        plan_of(f"states whose late rate is above the average{named}").having[0].value for named in ("", " state")
    )
    assert (over_all, over_states) == ("overall", "mean")


def test_months_are_held_against_each_other() -> None:
    assert notation.write(plan_of("which months had above average revenue?")) == (
        "revenue | by month | having each: revenue > mean"
    )


@pytest.mark.parametrize(
    "question", ["sellers 20% above the average revenue", "customers who spend twice above the average"]
)
def test_a_distance_from_the_average_is_no_comparison_with_it(question: str) -> None:
    assert reading_of(question).confidence < 0.75


def test_a_number_is_compared_as_before() -> None:
    assert plan_of("sellers with an average review score above 4").having[0].value == 4
