from __future__ import annotations

import pytest

from crm_copilot.library.joins import Unreachable, bridge, needed, path, reaches


@pytest.mark.parametrize(
    ("base", "field", "how"),
    [
        ("order_items", "product_category", "lookup"),
        ("order_items", "customer_state", "lookup"),
        ("orders", "order_status", "lookup"),
        ("orders", "product_category", "bridge"),
        ("orders", "payment_type", "bridge"),
        ("payments", "seller_state", "bridge"),
        ("products", "customer_state", "no"),
        ("leads", "payment_type", "no"),
        ("products", "time", "no"),
    ],
)
def test_how_rows_come_to_a_field(base: str, field: str, how: str) -> None:
    assert reaches(base, field) == how


def test_the_path_goes_through_the_tables_between() -> None:
    steps = path("order_items", "customer_state")
    assert steps is not None
    assert [step.table for step in steps] == ["orders", "customers"]
    assert path("orders", "order_id") == ()
    assert path("products", "customer_state") is None


def test_a_bridge_is_a_child_of_the_order() -> None:
    assert bridge("orders", "product_category") == "order_items"
    assert bridge("order_items", "payment_type") == "payments"
    assert bridge("products", "payment_type") is None


def test_rows_without_a_date_cannot_be_dated() -> None:
    assert needed("time", "orders") == ("order_purchase_timestamp",)
    with pytest.raises(Unreachable, match="no date"):
        needed("time", "products")
