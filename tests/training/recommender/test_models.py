"""Which model serves, and how that is said."""

from __future__ import annotations

import pytest

from training.recommender.models import better, choice


def errors(**means: float) -> dict[str, dict[str, float]]:
    return {kind: {"mean": mean, "sd": 0.002, "n": 10} for kind, mean in means.items()}


@pytest.mark.parametrize(
    ("found", "serves"),
    [
        (errors(constant=0.1, lightgbm=1.050, dnn=1.057, dcn_full=1.056, dcn_low_rank=1.058), "lightgbm"),
        (errors(lightgbm=0.670, dnn=0.665, dcn_full=0.665, dcn_low_rank=0.669), "dcn_full"),
        (errors(lightgbm=0.670, dnn=0.664, dcn_full=0.665, dcn_low_rank=0.669), "dcn_full"),
        (errors(lightgbm=0.670, dnn=0.600, dcn_full=0.665, dcn_low_rank=0.660), "dnn"),
        (errors(dcn_full=0.7), "dcn_full"),
    ],
)
def test_what_errs_clearly_less_serves_else_the_better_network(found: dict[str, dict[str, float]], serves: str) -> None:
    assert better(found) == serves


def test_the_choice_says_by_how_much() -> None:
    found = errors(lightgbm=1.05, dnn=1.06, dcn_full=1.056, dcn_low_rank=1.058)
    assert choice(found, "lightgbm") == (
        "Served: LightGBM, which errs by 1.0500 on the newest fifth, 0.0060 less than DCN, full (1.0560)."
    )
    assert "0.0060 more than LightGBM (1.0500)" in choice(found, "dcn_full")
    assert choice(errors(dcn_full=0.7), "dcn_full").endswith("on the newest fifth.")
