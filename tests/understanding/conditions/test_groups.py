from __future__ import annotations

from crm_copilot.library.plan import count_of
from crm_copilot.understanding.conditions.groups import agg_at, row_or_group, subject, subject_key
from understanding.asking import draft_of, place_of


def test_the_subject_stands_before() -> None:
    draft = draft_of("sellers with at least 3 orders")
    assert subject(draft, place_of(draft, "at least")) == place_of(draft, "sellers")
    assert subject(draft, 0) is None


def test_the_name_of_a_value_is_no_subject() -> None:
    draft = draft_of("sellers from the state of SP with at least 3 orders")
    assert subject(draft, place_of(draft, "at least")) == place_of(draft, "sellers")


def test_a_thing_is_not_limited_by_itself() -> None:
    draft = draft_of("orders with 3 orders")
    assert subject_key(draft, len(draft.items) - 1, count_of("order")) is None


def test_what_a_thing_has_one_of_cannot_limit_it() -> None:
    draft = draft_of("orders of products from 2 categories")
    assert subject_key(draft, place_of(draft, "2"), count_of("category")) == "order_id"


def test_scores_of_a_seller_are_averaged_and_those_of_a_review_are_not() -> None:
    sellers, reviews = draft_of("sellers below 3"), draft_of("reviews below 3")
    assert row_or_group(reviews, 1, "review_score", None) == "review_score"
    assert row_or_group(sellers, 1, "review_score", None) != "review_score"


def test_the_aggregation_stands_before_the_quantity() -> None:
    draft = draft_of("median price above 40")
    assert agg_at(draft, place_of(draft, "price")) == "median"
