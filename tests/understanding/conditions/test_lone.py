from __future__ import annotations

from crm_copilot.understanding.conditions.lone import read_lone_comparison
from understanding.asking import draft_of, group_limits, place_of, plan_of


def test_a_single_one_means_one() -> None:
    draft = draft_of("orders from a single seller")
    assert read_lone_comparison(draft, place_of(draft, "single")) == "=="


def test_more_than_one_needs_no_number() -> None:
    assert group_limits(plan_of("orders from more than one seller")) == [("order_id", "sellers", ">", 1)]


def test_a_comparison_that_needs_a_number_is_doubted_without() -> None:
    draft = draft_of("orders above average")
    assert read_lone_comparison(draft, place_of(draft, "above")) is None
    assert any("without a number" in reason for reason in draft.doubts)
