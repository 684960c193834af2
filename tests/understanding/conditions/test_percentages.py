from __future__ import annotations

from crm_copilot.library.plan import Condition
from crm_copilot.understanding.conditions.percentages import percent_target
from understanding.asking import draft_of, place_of


def test_one_amount_as_a_percentage_of_another() -> None:
    draft = draft_of("orders with freight above 25 % of the price")
    above = place_of(draft, "above")
    target, _ = percent_target(draft, above, above + 1)
    assert target is not None
    assert target.divisor is not None
    assert (target.name, target.percent) == ("total_freight_of_revenue", True)


def test_the_percentage_of_rows_that_are_something() -> None:
    draft = draft_of("sellers where more than 10 % of orders are late")
    number = place_of(draft, "10")
    target, _ = percent_target(draft, number, number)
    assert target is not None
    assert target.part == (Condition("is_late"),)


def test_a_percentage_of_nothing_is_none() -> None:
    draft = draft_of("more than 10 %")
    assert percent_target(draft, 1, 1) == (None, [])
