from __future__ import annotations

import pytest

from crm_copilot.understanding.senses import Mention, Sense

BOTH = Mention(0, 1, (Sense("quantity", "price", 3), Sense("dimension", "product_category")), "price")


def test_the_likeliest_sense_speaks_for_the_mention() -> None:
    assert (BOTH.kind, BOTH.name, BOTH.value) == ("quantity", "price", 3)


def test_other_senses_are_found_by_kind() -> None:
    found = BOTH.sense("dimension", "entity")
    assert found is not None
    assert found.name == "product_category"
    assert BOTH.sense("entity") is None


@pytest.mark.parametrize(
    ("text", "counts"), [("number of orders", True), ("order count", True), ("número de pedidos", True),
                         ("订单数", True), ("orders", False), ("order value", False)],
)  # fmt: skip
def test_things_named_with_their_number(text: str, counts: bool) -> None:
    assert Mention(0, 1, (Sense("entity", "order"),), text).counts is counts
