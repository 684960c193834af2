"""Hours of the day: on both sides, behind midnight, in both languages; durations are none."""

from __future__ import annotations

import pytest

from crm_copilot.library.plan import Condition
from understanding.asking import plan_of, reading_of

HOUR = "order_hour"
ASKED = [
    ("orders placed between 8 pm and 11 pm", Condition(HOUR, "between", (20, 22))),
    ("orders placed between 8 and 11 pm", Condition(HOUR, "between", (20, 22))),
    ("how many orders came in from 9 am to 1 pm?", Condition(HOUR, "between", (9, 12))),
    ("orders between 8 pm and midnight", Condition(HOUR, "between", (20, 23))),
    ("orders from 10pm to 6am", Condition(HOUR, ">=", 22, others=(Condition(HOUR, "<", 6),))),
    ("orders after 6 pm", Condition(HOUR, ">=", 18)),
    ("orders before noon", Condition(HOUR, "<", 12)),
    ("how many orders at 3 pm", Condition(HOUR, "==", 15)),
    ("pedidos depois das 18h", Condition(HOUR, ">=", 18)),
    ("pedidos das 8h às 12h", Condition(HOUR, "between", (8, 11))),
    ("pedidos entre 20h e meia-noite", Condition(HOUR, "between", (20, 23))),
    ("pedidos das 18h até antes da meia-noite", Condition(HOUR, "between", (18, 23))),
]


@pytest.mark.parametrize(("question", "condition"), ASKED, ids=[question for question, _ in ASKED])
def test_hours_limit_the_orders_that_are_counted(question: str, condition: Condition) -> None:
    plan = plan_of(question)
    assert plan.where == (condition,)
    assert [measure.entity for measure in plan.measures] == ["order"]


@pytest.mark.parametrize("question", ["orders delivered within 24 hours", "revenue from 2017 to 2018"])
def test_durations_and_years_are_no_hours(question: str) -> None:
    assert all(condition.field != HOUR for condition in plan_of(question).conditions())


def test_the_part_of_the_day_is_not_said_twice() -> None:
    plan = plan_of("pedidos à noite, das 18h à meia-noite")
    assert [condition.field for condition in plan.where] == [HOUR]


def test_the_hour_of_a_delivery_is_not_that_of_the_order() -> None:
    assert "which moment the hour is of" in reading_of("orders delivered after 6 pm").doubts
