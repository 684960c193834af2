"""Two amounts of one thing held against each other."""

from __future__ import annotations

import pytest

from understanding.asking import line, reading_of


@pytest.mark.parametrize(
    "question",
    [
        "in how many orders was the freight larger than the goods?",
        "how many orders had more freight than goods?",
        "in how many orders were the products worth less than the freight?",
        "on how many orders did a customer pay more freight than goods?",
        "em quantos pedidos o frete foi maior que os produtos?",
    ],
)
def test_freight_of_an_order_above_its_goods(question: str) -> None:
    assert line(question) == "count order | having order_id: total_freight minus revenue > 0"


def test_goods_of_a_customer_above_the_freight() -> None:
    question = "how many customers paid more for goods than freight?"
    assert line(question) == "count customer | having customer_unique_id: revenue minus total_freight > 0"


def test_one_item_has_a_field_for_it() -> None:
    assert line("how many items cost less than their freight?") == "count item | where is_freight_above_price"


def test_amounts_that_no_plan_compares_are_doubted() -> None:
    reading = reading_of("how many orders have more items than payments?")
    assert "what is compared with what" in reading.doubts
