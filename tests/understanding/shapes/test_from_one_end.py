"""A ranking from worst to best begins with what is bad: the highest late rate, the lowest score."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import count_of
from understanding.asking import limits, plan_of

RANKINGS = [
    ("rank the regions by late rate, worst to best", "desc"),
    ("regions by late rate, best to worst", "asc"),
    ("regions by delivery time, worst first", "desc"),
    ("categories by average freight, starting with the best", "asc"),
    ("regiões por taxa de cancelamento, do pior pro melhor", "desc"),
    ("regiões por nota média, começando pelas piores", "asc"),
    ("regiões por faturamento, da melhor pra pior", "desc"),
    ("cities by late deliveries, worst first", "desc"),
    ("cities by number of late deliveries, best to worst", "asc"),
    ("products by review score from the worst to the best, top 4", "asc"),
]


@pytest.mark.parametrize(("question", "order"), RANKINGS, ids=[question for question, _ in RANKINGS])
def test_a_ranking_from_one_end_knows_which_end_is_bad(question: str, order: str) -> None:
    assert plan_of(question).order == order


@pytest.mark.parametrize("question", ["regions by number of orders", "regiões por quantidade de pedidos"])
def test_things_are_listed_by_what_is_counted_behind_by(question: str) -> None:
    plan = plan_of(question)
    assert (plan.measures, [key.field for key in plan.by]) == ((count_of("order"),), ["customer_region"])


def test_what_went_wrong_is_counted_behind_by_and_parts_orders() -> None:
    counted = plan_of("months by number of orders canceled")
    assert [c.field for c in counted.where] == ["is_canceled"]
    assert limits(plan_of("cities by cancellations, worst first")) == [("is_canceled", "is", True)]
    assert [key.field for key in plan_of("number of orders by late deliveries").by] == ["is_late"]
