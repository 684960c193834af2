from __future__ import annotations

import pytest

from crm_copilot.understanding.bands import find_bands
from crm_copilot.understanding.text import tokenize


def bands(text: str) -> list[tuple[str, tuple[float, ...], str]]:
    return [(m.name, m.value, m.data["closed"]) for m in find_bands(text, tokenize(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("under 30, 30-60, 60-90, over 90", ("", (30.0, 60.0, 90.0), "left")),
        ("até 20, de 20 a 40, acima de 40", ("", (20.0, 40.0), "left")),
        ("below R$ 10, R$ 10 to R$ 20, above R$ 20", ("money", (10.0, 20.0), "left")),
        ("under 1 kg, 1-2 kg, over 2 kg", ("kg", (1000.0, 2000.0), "left")),
        ("up to 3, 4 to 6, more than 6", ("", (3.0, 6.0), "right")),
        ("1, 2-3, 4 or more", ("", (2.0, 4.0), "left")),
    ],
)
def test_bands_that_are_spelt_out(text: str, found: tuple[str, tuple[float, ...], str]) -> None:
    assert bands(text) == [found]


@pytest.mark.parametrize("text", ["under 30, over 90", "orders of 2, 3, 4 items", "between 10 and 20"])
def test_fewer_than_three_bands_or_none_with_two_ends_are_no_bands(text: str) -> None:
    assert bands(text) == []
