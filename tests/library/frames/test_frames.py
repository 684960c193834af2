from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from crm_copilot.domain import Period
from crm_copilot.library.frames import FrameSpec, mask, write_frame
from crm_copilot.library.joins import Unreachable
from crm_copilot.library.plan import By, Condition, by_time
from crm_copilot.library.script import Script
from library.small_company import FRAMES, run

FEBRUARY = Period(date(2017, 2, 1), date(2017, 3, 1), "February")


def frame(spec: FrameSpec) -> pd.DataFrame:
    script = Script()
    name = write_frame(script, spec)
    body = "".join(f"    {line}\n" for line in [*script.lines, f"return {name}"])
    params = ", ".join([*script.needs, *(f"{key}={value!r}" for key, value in script.params.items())])
    head = "".join(f"{line}\n" for line in script.imports)
    return run(f"{head}def answer({params}):\n{body}")


def test_columns_are_looked_up() -> None:
    found = frame(FrameSpec("order_items", (By("customer_state"),), ("price",)))
    assert list(found["customer_state"]) == ["PE", "SP", "SP", "SP", "PE"]


def test_rows_are_kept_by_condition_and_period() -> None:
    spec = FrameSpec("orders", where=(Condition("order_status", "==", "delivered"),), periods=(FEBRUARY,))
    assert list(frame(spec)["order_id"]) == ["o2"]


def test_a_condition_behind_a_bridge_keeps_each_order_once() -> None:
    spec = FrameSpec("orders", where=(Condition("product_category", "==", "books"),))
    assert list(frame(spec)["order_id"]) == ["o2", "o3", "o4"]


def test_a_key_behind_a_bridge_takes_each_pair_once() -> None:
    found = frame(FrameSpec("orders", (By("product_category"),)))
    assert len(found) == 5


def test_keys_are_computed() -> None:
    found = frame(FrameSpec("orders", (by_time("month"),)))
    assert list(found["month"]) == ["2017-01", "2017-02", "2017-02", "2018-01"]
    banded = frame(FrameSpec("order_items", (By("price", bins=(20,)),)))
    assert set(banded["price_band"]) == {"under 20", "20 or more"}
    rest = frame(FrameSpec("order_items", (By("seller_id", only=("s1",)),)))
    assert set(rest["seller_id"]) == {"s1", "other"}


def test_the_tables_themselves_stay_as_they_are() -> None:
    before = FRAMES["orders"].copy()
    frame(FrameSpec("orders", (by_time("month"),), ("delivery_days",), periods=(FEBRUARY,)))
    pd.testing.assert_frame_equal(FRAMES["orders"], before)


def test_what_is_not_tied_is_said() -> None:
    with pytest.raises(Unreachable, match="products are not tied to state"):
        write_frame(Script(), FrameSpec("products", (By("customer_state"),)))


def test_a_mask_of_several_conditions() -> None:
    conditions = (Condition("order_status", "==", "delivered"), Condition("payment_type", "==", "boleto"))
    script = Script()
    chosen = mask(script, FrameSpec("orders"), "orders", conditions)
    body = "".join(f"    {line}\n" for line in [*script.lines, f"return list(orders[{chosen}]['order_id'])"])
    params = ", ".join(["orders", *script.needs, *(f"{key}={value!r}" for key, value in script.params.items())])
    assert run(f"def answer({params}):\n{body}") == ["o4"]


def test_bands_that_do_not_rise_are_refused() -> None:
    with pytest.raises(Unreachable, match="edges that rise, not 50, 50, 100"):
        frame(FrameSpec("order_items", (By("price", bins=(50, 50, 100)),)))
