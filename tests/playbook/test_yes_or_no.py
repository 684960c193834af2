"""Which questions get a yes or a no: those that ask whether something is allowed, in the words of the rule."""

from __future__ import annotations

import pytest

from crm_copilot.playbook.records import is_yes_or_no
from crm_copilot.playbook.subjects import keywords, share_of


@pytest.mark.parametrize(
    "question", ["May I discuss 2026 prices?", "posso falar de preços?", "Can we offer discounts?"]
)
def test_what_asks_for_leave_gets_one(question: str) -> None:
    assert is_yes_or_no(question)


@pytest.mark.parametrize("question", [
    "Do I need approval to discuss prices?", "Is it forbidden to discuss prices?", "Must we wait for finance?",
    "Do we have to ask finance first?", "What is our policy?",
])  # fmt: skip
def test_what_asks_for_a_duty_gets_none(question: str) -> None:
    assert not is_yes_or_no(question)


def test_what_is_somebodys_and_what_has_a_hyphen_is_found() -> None:
    assert share_of(keywords("next year's prices"), "Prices of next year") == 1
    assert share_of(keywords("a one-star review"), "a review of one star") == 1
