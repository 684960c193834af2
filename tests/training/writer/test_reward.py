"""The reward of the small model's programs, with the real sandbox over the demo company."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.library import codec, notation
from crm_copilot.library.plan import By, Condition, Plan, Special, aggregate_of, count_of, measure_of
from crm_copilot.library.render import render
from crm_copilot.settings import Settings
from training.writer.reward import PARSES, PASSES, RIGHT, RUNS, Reward

COUNT = Plan((count_of("order"),))
BY_STATE = Plan((measure_of("revenue"),), (By("customer_state"),))
BEST = Plan((measure_of("revenue"),), (By("product_category"),), order="desc", limit=3)
SCORE = Plan((aggregate_of("review_score"),), (By("customer_state"),))


@pytest.fixture(scope="module")
def patient(house_settings: Settings) -> Iterator[House]:
    """A house whose programs are not stopped because the machine is busy."""
    house = House(house_settings.model_copy(update={"sandbox_timeout_seconds": 60.0}))
    yield house
    house.close()


def text(plan: Plan) -> str:
    return json.dumps(codec.to_json(plan))


def rewarded(house: House, plan: Plan, *programs: str) -> list[float]:
    return Reward(house).executed([""] * len(programs), list(programs), [text(plan)] * len(programs))


def test_reward_rises_from_garbage_to_what_is_right(patient: House) -> None:
    programs = (
        "how many orders?",
        "def answer(orders):\n    return open('/etc/passwd').read()\n",
        "def answer(orders):\n    return orders['no_such_column'].sum()\n",
        "def answer(orders):\n    return len(orders) + 1\n",
        "# count order\ndef answer(orders):\n    return orders['order_id'].nunique()\n",
    )
    assert rewarded(patient, COUNT, *programs) == [0.0, PARSES, PASSES, RUNS, RIGHT]


@pytest.mark.parametrize("plan", [COUNT, BY_STATE, BEST, SCORE], ids=["count", "by state", "first three", "score"])
def test_what_the_library_writes_is_right(patient: House, plan: Plan) -> None:
    assert rewarded(patient, plan, render(plan)) == [RIGHT]


def test_neighbours_of_what_was_asked_are_not_right(patient: House) -> None:
    worst = render(BEST.but(order="asc"))
    five = render(BEST.but(limit=5))
    by_seller_state = render(BY_STATE.but(by=(By("seller_state"),)))
    assert rewarded(patient, BEST, worst, five) == [RUNS, RUNS]
    assert rewarded(patient, BY_STATE, by_seller_state) == [RUNS]


def test_a_line_stands_for_the_function_that_the_library_writes_for_it(patient: House) -> None:
    lines = [f"# {notation.write(plan)}" for plan in (BEST, BEST.but(limit=5), SCORE)]
    cannot = "# " + notation.write(Plan((aggregate_of("review_score"),), (By("industry"),)))
    assert rewarded(patient, BEST, *lines, cannot, "# best category") == [RIGHT, RUNS, RUNS, PARSES, 0.0]


def test_a_text_without_a_function_is_worth_nothing(patient: House) -> None:
    assert rewarded(patient, COUNT, "1 + 1", "", "x = " + "(" * 500) == [0.0, 0.0, 0.0]


def test_plans_without_a_result_to_compare_with_are_told(patient: House) -> None:
    reward = Reward(patient)
    empty = BY_STATE.but(where=(Condition("customer_state", "==", "no such state"),))
    assert reward.can_judge(text(BY_STATE))
    assert not reward.can_judge(text(Plan(special=Special("funnel"))))
    assert not reward.can_judge(text(empty))
