from __future__ import annotations

import pytest

from crm_copilot.understanding.durations import find_durations
from crm_copilot.understanding.text import tokenize


def durations(text: str) -> list[str]:
    return [mention.name for mention in find_durations(tokenize(text))]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("days between approval and the carrier", "handling_days"),
        ("time from purchase to delivery", "delivery_days"),
        ("hours between order and approval", "approval_hours"),
        ("tempo entre a compra e a entrega", "delivery_days"),
        ("days between first contact and the won deal", "sales_cycle_days"),
        ("days from estimated date to arrival", "delay_days"),
        ("carrier → customer", "transit_days"),
        ("quantos dias entre a compra e o pedido chegar", "delivery_days"),
        ("average slack between the estimated date and delivery", "early_days"),
        ("folga entre a entrega e o prazo prometido", "early_days"),
        ("days lead -> deal", "sales_cycle_days"),
    ],
)
def test_durations_named_by_their_ends(text: str, quantity: str) -> None:
    assert durations(text) == [quantity]


@pytest.mark.parametrize(
    "text",
    [
        "conversion lead -> deal",
        "% lead > contrato",
        "revenue between purchase and delivery",
        "days between orders",
        "purchase to delivery",
    ],
)
def test_without_a_word_of_time_or_two_ends_there_is_none(text: str) -> None:
    assert durations(text) == []
