"""Four orders of three customers, small enough to count by hand, and a way to run a plan on them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pandas as pd

from crm_copilot.library.plan import Plan
from crm_copilot.library.render import render


def _moments(*texts: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(texts))


FRAMES: dict[str, pd.DataFrame] = {
    "orders": pd.DataFrame(
        {
            "order_id": ["o1", "o2", "o3", "o4"],
            "customer_id": ["c1", "c2", "c3", "c4"],
            "order_status": ["delivered", "delivered", "canceled", "delivered"],
            "order_purchase_timestamp": _moments("2017-01-10", "2017-02-10", "2017-02-20", "2018-01-05"),
            "order_delivered_customer_date": _moments("2017-01-15", "2017-03-01", None, "2018-01-08"),
            "order_estimated_delivery_date": _moments("2017-01-20", "2017-02-20", "2017-03-01", "2018-01-20"),
        }
    ),
    "customers": pd.DataFrame(
        {
            "customer_id": ["c1", "c2", "c3", "c4"],
            "customer_unique_id": ["ana", "bia", "caio", "ana"],
            "customer_city": ["recife", "santos", "santos", "recife"],
            "customer_state": ["PE", "SP", "SP", "PE"],
        }
    ),
    "order_items": pd.DataFrame(
        {
            "order_id": ["o1", "o2", "o2", "o3", "o4"],
            "order_item_id": [1, 1, 2, 1, 1],
            "product_id": ["p1", "p1", "p2", "p2", "p2"],
            "seller_id": ["s1", "s1", "s2", "s2", "s2"],
            "price": [10.0, 10.0, 30.0, 30.0, 20.0],
            "freight_value": [1.0, 2.0, 3.0, 4.0, 5.0],
        }
    ),
    "products": pd.DataFrame({"product_id": ["p1", "p2"], "product_category": ["toys", "books"]}),
    "sellers": pd.DataFrame({"seller_id": ["s1", "s2"], "seller_city": ["x", "y"], "seller_state": ["SP", "RJ"]}),
    "payments": pd.DataFrame(
        {
            "order_id": ["o1", "o2", "o2", "o3", "o4"],
            "payment_type": ["credit_card", "voucher", "credit_card", "boleto", "boleto"],
            "payment_installments": [2, 1, 3, 1, 1],
            "payment_value": [11.0, 5.0, 40.0, 34.0, 25.0],
        }
    ),
    "reviews": pd.DataFrame(
        {"review_id": ["r1", "r2", "r3"], "order_id": ["o1", "o2", "o4"], "review_score": [5, 1, 3]}
    ),
}


def run(code: str, name: str = "answer", frames: Mapping[str, pd.DataFrame] = FRAMES) -> Any:
    """Run a function on the small company; its own parameters keep their defaults."""
    names: dict[str, Any] = {}
    exec(code, names)
    function = names[name]
    given = {key: frames[key].copy() for key in inspect.signature(function).parameters if key in frames}
    return function(**given)


def answer(plan: Plan) -> Any:
    return run(render(plan))


def rows(plan: Plan) -> list[tuple[Any, ...]]:
    """Return the rows of a plan's table."""
    return [tuple(row) for row in answer(plan).itertuples(index=False)]
