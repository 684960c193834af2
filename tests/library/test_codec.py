from __future__ import annotations

import json
from datetime import date

import pytest

from crm_copilot.domain import Period
from crm_copilot.library.codec import from_json, to_json
from crm_copilot.library.functions import library
from crm_copilot.library.plan import By, Condition, Having, Plan, Special, by_time, count_of, measure_of

SPRING = Period(date(2018, 3, 1), date(2018, 6, 1), "spring")
STATE = By("customer_state")
PLANS = {
    "nothing": Plan(),
    "periods": Plan((measure_of("revenue"),), (by_time("month"), By("period")), periods=(SPRING, SPRING)),
    "ratio": Plan((measure_of("aov"), measure_of("late_rate"))),
    "conditions": Plan(where=(Condition("price", "between", (1, 2)), Condition("is_late", "is", False))),
    "bands": Plan((count_of("order"),), (By("price", bins=(1.5, 2), closed="right"), By("seller_state", only=("SP",)))),
    "having": Plan(having=(Having("seller_id", count_of("order"), "between", (3, 9), part=True, period=SPRING),)),
    "within": Plan((measure_of("revenue"),), (STATE,), order="asc", limit=2, within=STATE),
    "special": Plan(special=Special("key_figures", (("start", "2018-01-01"),))),
    "correlation": Plan(correlate=("price", "freight_value")),
}  # fmt: skip


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_comes_back_through_json(plan: Plan) -> None:
    assert from_json(json.loads(json.dumps(to_json(plan)))) == plan


def test_every_function_of_the_library_comes_back() -> None:
    for function in library():
        assert from_json(json.loads(json.dumps(to_json(function.plan)))) == function.plan


def test_what_is_empty_is_left_out() -> None:
    assert to_json(Plan(limit=3)) == {"limit": 3}


@pytest.mark.parametrize("found", [{"limits": 3}, {"measures": [{"table": "orders"}]}, {"by": [{}]}])
def test_anything_else_is_refused(found: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        from_json(found)
