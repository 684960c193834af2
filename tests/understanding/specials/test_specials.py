from __future__ import annotations

from typing import Any

import pytest

from crm_copilot.library import special
from understanding.asking import plan_of

ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("which categories are bought together?", "bought_together", {"level": "product_category"}),
    ("which products are bought together?", "bought_together", {"level": "product_id"}),
    ("days between two orders", "days_between_orders", {}),
    ("median days between two orders", "days_between_orders", {"how": "median"}),
    ("cohort retention", "cohort_retention", {}),
    ("RFM segments of customers", "rfm_segments", {}),
    ("customers who bought in 2017 and again in 2018", "bought_again",
     {"start": "2017-01-01", "end": "2018-01-01", "again_start": "2018-01-01", "again_end": "2019-01-01"}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "name", "params"), ASKED, ids=[question for question, *_ in ASKED])
def test_functions_of_their_own(question: str, name: str, params: dict[str, Any]) -> None:
    found = plan_of(question).special
    assert found is not None
    assert (found.name, dict(found.params)) == (name, params)


@pytest.mark.parametrize(("question", "name", "params"), ASKED, ids=[question for question, *_ in ASKED])
def test_what_is_filled_in_is_a_parameter(question: str, name: str, params: dict[str, Any]) -> None:
    assert special.source(name, params)


def test_a_question_about_revenue_is_no_cohort() -> None:
    assert plan_of("revenue by month of first purchase").special is None
