from __future__ import annotations

from understanding.asking import plan_of


def test_one_may_be_asked_for_that_grew_most() -> None:
    for question in (
        "which state's revenue grew most from 2017 to 2018",
        "in which month of 2018 did revenue jump the most over the previous month",
    ):
        plan = plan_of(question)
        assert (plan.transform, plan.order, plan.limit) == ("growth", "desc", 1), question


def test_all_of_those_that_grew_are_ranked() -> None:
    plan = plan_of("which states grew revenue the most from 2017 to 2018")
    assert (plan.transform, plan.order, plan.limit) == ("growth", "desc", None)


def test_what_was_added_or_gained_is_an_amount() -> None:
    for question in (
        "Which 5 states added the most revenue between 2017 and 2018?",
        "Which states gained the most orders from 2017 to 2018?",
    ):
        assert plan_of(question).absolute, question
    assert not plan_of("which state's revenue grew most from 2017 to 2018").absolute
