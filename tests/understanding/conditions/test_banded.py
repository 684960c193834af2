from __future__ import annotations

import pytest

from understanding.asking import plan_of, reading_of


@pytest.mark.parametrize(
    ("question", "field", "bins"),
    [
        ("number of orders by value: under 50, 50-100, 100-200, over 200", "order_value", (50, 100, 200)),
        ("items by price: below R$ 20, R$ 20 to R$ 80, above R$ 80", "price", (20, 80)),
        ("items by weight: under 1 kg, 1-2 kg, over 2 kg", "product_weight_g", (1000, 2000)),
    ],
)
def test_groups_by_bands(question: str, field: str, bins: tuple[int, ...]) -> None:
    (key,) = plan_of(question).by
    assert (key.field, key.bins) == (field, bins)


def test_bands_of_nothing_are_doubted() -> None:
    assert "what the bands are of" in reading_of("sellers: under 5, 5-10, over 10").doubts
