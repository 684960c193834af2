from __future__ import annotations

import pytest

from understanding.asking import YEAR_17, keys, limits, plan_of

ESTIMATED, DELIVERED = "order_estimated_delivery_date", "order_delivered_customer_date"
APPROVED, CARRIER = "order_approved_at", "order_delivered_carrier_date"
LIMITED = [
    ("orders with an approval date in 2017", APPROVED),
    ("how many orders had an estimated delivery date in 2017?", ESTIMATED),
    ("pedidos com entrega prevista em 2017", ESTIMATED),
    ("quantos pedidos tiveram data de entrega em 2017?", DELIVERED),
    ("orders with a carrier date in 2017", CARRIER),
    ("pedidos com data de postagem em 2017", CARRIER),
]
GROUPED = [
    ("orders by month of approval", APPROVED, ["month"]),
    ("revenue by delivery month", DELIVERED, ["month"]),
    ("pedidos por mês de aprovação", APPROVED, ["month"]),
    ("orders by estimated delivery date", ESTIMATED, ["day"]),
    ("pedidos por data de entrega", DELIVERED, ["day"]),
]


@pytest.mark.parametrize(("question", "column"), LIMITED)
def test_a_period_is_about_the_date_that_is_named(question: str, column: str) -> None:
    plan = plan_of(question)
    assert (plan.time, plan.periods, plan.by) == (column, (YEAR_17,), ())


@pytest.mark.parametrize(("question", "column", "by"), GROUPED)
def test_a_breakdown_is_by_the_date_that_is_named(question: str, column: str, by: list[str]) -> None:
    plan = plan_of(question)
    assert (plan.time, keys(plan)) == (column, by)


@pytest.mark.parametrize("question", ["orders in 2017", "how many orders in 2017 were late?", "pedidos por mês"])
def test_otherwise_the_usual_moment_counts(question: str) -> None:
    assert plan_of(question).time is None


def test_after_the_promised_date_is_late() -> None:
    plan = plan_of("orders delivered after the estimated date in 2017")
    assert (plan.time, ("is_late", "is", True) in limits(plan)) == (None, True)
