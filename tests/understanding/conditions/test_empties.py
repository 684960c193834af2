"""What is not filled in is a condition, in the words of people and not of tables."""

from __future__ import annotations

import pytest

from understanding.asking import limits, plan_of

EMPTY = [
    ("how many products lack a weight", "product_weight_g"),
    ("how many products have nothing entered for pictures", "product_photos_qty"),
    ("products with a blank description by category", "product_description_lenght"),
    ("number of products whose dimensions are missing", "product_volume_cm3"),
    ("quantos produtos sem fotos cadastradas", "product_photos_qty"),
    ("produtos com descrição em branco", "product_description_lenght"),
    ("quantos produtos não têm peso", "product_weight_g"),
    ("how many deals have no lead type on file", "lead_type"),
]


@pytest.mark.parametrize(("question", "field"), EMPTY, ids=[question for question, _ in EMPTY])
def test_an_attribute_is_empty(question: str, field: str) -> None:
    assert limits(plan_of(question)) == [(field, "missing", True)]


@pytest.mark.parametrize(
    ("question", "predicate"),
    [
        ("orders with no approval date filled in", "is_unapproved"),
        ("quantos produtos sem categoria", "has_no_category"),
        ("reviews without a comment", "has_no_comment"),
    ],
)
def test_what_has_a_predicate_keeps_it(question: str, predicate: str) -> None:
    assert limits(plan_of(question)) == [(predicate, "is", True)]


def test_a_number_of_photos_is_not_missing() -> None:
    assert limits(plan_of("how many products with no more than 2 photos")) == [("product_photos_qty", "<=", 2.0)]
