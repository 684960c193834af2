"""What the verifier learns from: near misses that differ from their plan, and pairs that say which is which."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.library import codec
from crm_copilot.library.describe import Lang, describe
from crm_copilot.library.plan import Plan
from crm_copilot.llm.verifier import compared
from training.examples.natural import HELD_OUT
from training.examples.shapes import draw
from training.examples.values import Values
from training.verifier import near
from training.verifier.made import Maker, can_be_timed
from training.verifier.near import near_miss
from training.verifier.pairs import WEIGHTS, example_pairs, made_pairs, read_pairs

QUESTIONS = Path(__file__).parents[3] / "evaluation" / "questions"
LATEST = ("at-work", "field-notes", "plain-words-3", "plain-words-4")


@pytest.fixture(scope="module")
def values(house: House) -> Values:
    counts = {name: values for columns in house.dataset.values.values() for name, values in columns.items()}
    return Values(counts, house.calendar.first, house.calendar.last)


@pytest.fixture(scope="module")
def plans(values: Values) -> list[Plan]:
    rng = random.Random(4)
    return [draw(rng, values).plan for _ in range(300)]


def lines(plans: list[Plan], source: str) -> list[dict[str, object]]:
    return [
        {"question": f"question {place}", "language": "en", "source": source, "plan": codec.to_json(plan)}
        for place, plan in enumerate(plans[:60])
    ]


def test_near_misses_are_other_plans(plans: list[Plan], values: Values) -> None:
    rng = random.Random(1)
    for plan in plans:
        missed = [near_miss(plan, rng, values) for _ in range(20)]
        assert plan not in missed
        assert len({describe(other) for other in missed if other is not None}) > 5


def test_every_change_is_made_somewhere(plans: list[Plan], values: Values) -> None:
    rng, made = random.Random(2), Counter[str]()
    for change in near._WEIGHED:
        made[change.__name__] = sum(change(plan, rng, values) not in (None, plan) for plan in plans)
    assert min(made.values()) > 0, made


def test_what_people_wrote_has_more_near_misses(plans: list[Plan], values: Values) -> None:
    asked, drawn = (
        Counter(pair.kind for pair in example_pairs(lines(plans, source), values, random.Random(3)))
        for source in ("asked", "drawn-en")
    )
    assert asked["missed"] > 5 * asked["people"]
    assert drawn["missed drawn"] == 2 * drawn["drawn"]
    made = Counter(pair.kind for pair in made_pairs(lines(plans, "asked"), random.Random(3)))
    assert made["missed made"] > made["made"] > 10
    assert {*asked, *drawn, *made, "read"} == set(WEIGHTS)


@pytest.mark.parametrize("language", ["en", "pt"])
def test_what_is_made_says_its_plan_and_not_the_others(language: Lang, values: Values, plans: list[Plan]) -> None:
    rng = random.Random(5)
    maker = Maker(language, rng)
    asked = [kind() for kind in maker.kinds for _ in range(30)]
    asked += [maker.clock("orders", plan) for plan in plans if can_be_timed(plan)]
    for question, plan, others in asked:
        assert plan not in others, question
        assert "{" not in question
    assert len({question for question, *_ in asked}) > 0.8 * len(asked)


def test_rows_that_nobody_asked_for_are_not_compared() -> None:
    assert compared("sellers by revenue", "revenue by seller, top 10") == "revenue by seller, top ones"
    assert compared("os piores estados", "nota média por estado, menores 10") == "nota média por estado, menores ones"
    for asked in ("the 10 best sellers", "our ten best sellers", "os dez melhores"):
        assert compared(asked, "revenue by seller, top 10") == "revenue by seller, top 10"
    assert compared("the best seller", "revenue by seller, top 100") == "revenue by seller, top 100"


def test_readings_are_right_and_wrong_and_of_no_set_that_measures() -> None:
    found = list(read_pairs())
    assert min(Counter(pair.right for pair in found).values()) > 500
    sets = [name for name in HELD_OUT if name.startswith(LATEST)]
    texts = [line for name in sets for line in (QUESTIONS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    assert len(sets) == 8
    assert not {json.loads(line)["question"] for line in texts} & {pair.question for pair in found}
