"""Of "what weekday is busiest" the answer is one weekday; of "which hours" it is a ranking."""

from __future__ import annotations

import pytest

from understanding.asking import plan_of

ASKED = [
    ("what weekday is busiest", "weekday", "desc", 1),
    ("what hour is the quietest", "hour", "asc", 1),
    ("which hour do shoppers buy most?", "hour", "desc", 1),
    ("a que horas os clientes mais compram?", "hour", "desc", 1),
    ("what weekdays are busiest", "weekday", "desc", 10),
    ("which hours do shoppers buy most?", "hour", "desc", 10),
]


@pytest.mark.parametrize(("question", "grain", "order", "limit"), ASKED, ids=[asked[0] for asked in ASKED])
def test_one_is_asked_for_or_several(question: str, grain: str, order: str, limit: int) -> None:
    plan = plan_of(question)
    assert ([key.grain for key in plan.by], plan.order, plan.limit) == ([grain], order, limit)
