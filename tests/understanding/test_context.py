from __future__ import annotations

from crm_copilot.understanding.context import Beside, said_beside
from understanding.asking import CALENDAR, keys, plan_of


def test_nothing_that_limits_is_beside() -> None:
    beside = said_beside("How many orders are there?", "We plan a campaign.", [], "en", CALENDAR)
    assert beside.limits == ()


def test_a_period_in_a_heading_belongs_to_a_clause_without_one() -> None:
    beside = said_beside("How many orders are there?", "Figures for 2017.", [], "en", CALENDAR)
    assert (beside.limits, beside.belongs) == (("2017",), True)


def test_a_period_beside_one_of_its_own_does_not_belong() -> None:
    assert not said_beside("How many orders in 2018?", "Figures for 2017.", [], "en", CALENDAR).belongs


def test_a_clause_that_points_back_takes_the_limits_in() -> None:
    assert said_beside("How many of those were late?", "Orders in SP.", [], "en", CALENDAR).belongs


def test_this_week_is_said_by_the_way() -> None:
    assert said_beside("How many orders are there?", "I present this week.", [], "en", CALENDAR).limits == ()


def test_a_question_of_yes_or_no_says_nothing_beside() -> None:
    assert said_beside("What share was late?", "Do customers in SP complain?", [], "en", CALENDAR) == Beside()


def test_measures_beside_are_noted() -> None:
    assert said_beside("Which state leads?", "Revenue matters to us.", [], "en", CALENDAR).measures


def test_a_ranking_beside_a_bare_number_makes_it_less_sure() -> None:
    assert said_beside("Mean price of items", "The dearest categories?", [], "en", CALENDAR).ranks


def test_both_points_at_what_is_compared() -> None:
    plan = plan_of("Do parcels bought on a Friday take longer than those of a Monday? Average delivery time for both.")
    assert keys(plan) == ["order_weekday"]
