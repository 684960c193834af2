from __future__ import annotations

import pytest

from crm_copilot.library.plan import By, by_time
from crm_copilot.understanding.measures import natural_entity, natural_measure


@pytest.mark.parametrize(
    ("field", "entity"),
    [("payment_type", "payment"), ("review_score", "review"), ("origin", "lead"), ("product_category", "item"),
     ("customer_state", "order"), ("unheard_of", "order")],
)  # fmt: skip
def test_what_rows_are_counted_in(field: str, entity: str) -> None:
    assert natural_entity(field) == entity


def test_time_counts_orders() -> None:
    assert natural_measure(by_time("month")).entity == "order"
    assert natural_measure(By("payment_type")).entity == "payment"
