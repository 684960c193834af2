from __future__ import annotations

import pytest

from understanding.asking import keys, limits, link, plan_of, reading_of


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("orders from BA", ("customer_state", "==", "BA")),
        ("how much was paid by voucher?", ("payment_type", "==", "voucher")),
        ("pedidos pagos com boleto", ("payment_type", "==", "boleto")),
        ("receita da região Sul", ("customer_region", "==", "South")),
    ],
)
def test_one_value_limits(question: str, limit: tuple[str, str, object]) -> None:
    assert limits(plan_of(question)) == [limit]


def test_several_values_are_compared() -> None:
    plan = plan_of("orders in MG and RS")
    assert limits(plan) == [("customer_state", "in", ("MG", "RS"))]
    assert keys(plan) == ["customer_state"]


@pytest.mark.parametrize("question", ["orders in MG and RS together", "orders in MG or RS"])
def test_values_taken_together_are_not(question: str) -> None:
    assert keys(plan_of(question)) == []


def test_a_value_that_was_found_with_doubt_is_doubted() -> None:
    question = "orders of toyz"
    doubts = reading_of(question, link(question, "toyz", "product_category", "toys", 0.7)).doubts
    assert "toyz read as toys" in doubts
