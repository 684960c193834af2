from __future__ import annotations

import pandas as pd
import pytest

from crm_copilot.library.grains import GRAINS, REGIONS, bands

MOMENT = pd.Series(pd.to_datetime(["2018-08-29 14:30"]))


@pytest.mark.parametrize(
    ("grain", "label"),
    [("day", "2018-08-29"), ("week", "2018-08-27"), ("month", "2018-08"), ("quarter", "2018-Q3"),
     ("semester", "2018-S2"), ("year", 2018), ("weekday", "Wednesday"), ("hour", 14), ("month of year", "August"),
     ("day of month", 29), ("daypart", "afternoon")],
)  # fmt: skip
def test_labels(grain: str, label: object) -> None:
    assert list(eval(GRAINS[grain].format(t="t"), {"t": MOMENT, "pd": pd})) == [label]


def test_bands_have_two_open_ends() -> None:
    edges, labels = bands((50, 100.5))
    assert edges == '[float("-inf"), 50, 100.5, float("inf")]'
    assert labels == ["under 50", "50 to 100.5", "100.5 or more"]
    assert bands((7,), "right")[1] == ["up to 7", "over 7"]


def test_every_state_has_a_region() -> None:
    assert len(eval(REGIONS)) == 27
