from __future__ import annotations

import pytest

from crm_copilot.understanding.funnel import is_funnel
from understanding.asking import draft_of


@pytest.mark.parametrize("question", ["how many leads", "conversion rate by month", "deals by business segment"])
def test_leads_and_deals(question: str) -> None:
    assert is_funnel(draft_of(question))


@pytest.mark.parametrize("question", ["how many orders", "revenue by seller state"])
def test_orders(question: str) -> None:
    assert not is_funnel(draft_of(question))
