from __future__ import annotations

import math
import tomllib

import pytest

from crm_copilot.understanding.calibration import FILE, Calibration, calibration, features

LONG = "how many orders from customers of the South were delivered later than promised in each quarter of 2018"


def test_the_probability_is_the_logistic_of_both_logarithms() -> None:
    odds = math.exp(0.5 + 2 * math.log(0.8) - math.log(4))
    assert Calibration(0.5, 2.0, -1.0)(0.8, "orders by state now") == pytest.approx(odds / (1 + odds), abs=1e-4)


def test_what_ships_believes_sure_readings_more() -> None:
    shipped = calibration()
    assert 0 < shipped(0.5, "orders by state") < shipped(0.8, "orders by state") < shipped(0.97, "orders by state") < 1


def test_what_ships_believes_long_questions_less() -> None:
    assert calibration()(0.9, "orders by state") > calibration()(0.9, LONG)


def test_an_id_is_one_word() -> None:
    code = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    assert features(0.9, f"status of order {code}") == features(0.9, "status of order number")


@pytest.mark.parametrize(("one", "other"), [((0.0, "orders by state"), (0.2, "orders by state")),
                                            ((0.9, "orders"), (0.9, "orders by state"))])  # fmt: skip
def test_below_the_least_all_are_alike(one: tuple[float, str], other: tuple[float, str]) -> None:
    assert features(*one) == features(*other)


def test_the_file_holds_the_weights() -> None:
    shipped = calibration()
    weights = {"intercept": shipped.intercept, "score": shipped.score, "length": shipped.length}
    assert tomllib.loads(FILE.read_text("utf-8")) == weights
