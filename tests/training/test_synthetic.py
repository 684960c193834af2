"""What SDV is given and gives back: categories as places in the order of what they cost, numbers as logarithms."""

from __future__ import annotations

import pandas as pd

from training.synthetic import CATEGORICAL, _named, _placed, _steps

REAL = pd.DataFrame({
    "product_category": ["toys", "toys", "watches", "books"], "customer_state": ["SP", "AM", "SP", "SP"],
    "month": ["1", "2", "1", "2"], "score": [1.0, 2.0, 5.0, 1.0], "offer_cost": [20.0, 30.0, 500.0, 10.0],
    "distance_km": [10.0, 2000.0, 20.0, 30.0],
})  # fmt: skip
STEPS = {name: _steps(REAL, name) for name in CATEGORICAL}


def test_categories_stand_in_the_order_of_what_they_cost_wide_as_they_are_frequent() -> None:
    assert STEPS["product_category"] == [("books", 0.0, 0.25), ("toys", 0.25, 0.75), ("watches", 0.75, 1.0)]
    assert [state for state, *_ in STEPS["customer_state"]] == ["SP", "AM"]
    assert [score for score, *_ in STEPS["score"]] == [1.0, 2.0, 5.0]


def test_what_was_placed_is_found_again() -> None:
    placed = _placed(REAL, STEPS)
    assert placed.dtypes.map(lambda kind: kind.kind).eq("f").all()
    pd.testing.assert_frame_equal(_named(placed, STEPS), REAL, check_dtype=False)


def test_a_place_outside_is_the_nearest_value_and_no_number_is_negative() -> None:
    outside = pd.DataFrame({"product_category": [-0.1, 1.1], "offer_cost": [-0.5, 1.0]})
    drawn = _named(outside, STEPS)
    assert drawn["product_category"].tolist() == ["books", "watches"]
    assert drawn["offer_cost"].min() == 0.0
