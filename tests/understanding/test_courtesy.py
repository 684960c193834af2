from __future__ import annotations

import pytest

from crm_copilot.understanding.courtesy import courtesy
from understanding.asking import reading_of


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("thanks", "thanks"), ("Thank you very much!", "thanks"), ("thanks, that's all I needed", "thanks"),
        ("Obrigada pela ajuda", "thanks"), ("hello", "greeting"), ("Bom dia, tudo bem?", "greeting"),
        ("Hi there", "greeting"),
    ],
)  # fmt: skip
def test_a_message_that_only_greets_or_thanks(message: str, said: str) -> None:
    assert courtesy(message) == said
    assert reading_of(message).scope == said


@pytest.mark.parametrize(
    "message", ["hi, how many orders?", "thanks, and by state?", "what is it", "today", "", "good morning orders"]
)
def test_a_message_that_asks_something(message: str) -> None:
    assert courtesy(message) is None


@pytest.mark.parametrize("message", ["why are sales down?", "Por que caiu a receita?"])
def test_reasons_are_not_in_the_data(message: str) -> None:
    assert reading_of(message).scope == "reasons"
