"""Small tables, and sandboxes over them that live for the whole run: starting one takes two seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crm_copilot.sandbox import Layers, Limits, Sandbox

from .world import World

MakeSandbox = Callable[..., Sandbox]


def make_tables(rows: int = 300) -> dict[str, pd.DataFrame]:
    """Return the three frames of the first data set and two of the company's tables."""
    random = np.random.default_rng(3)
    users, items = [f"user{n:03d}" for n in range(60)], [f"item{n:02d}" for n in range(20)]
    days = pd.Timestamp("2017-01-01") + pd.to_timedelta(random.integers(0, 600 * 86400, rows), unit="s")
    orders = [f"order{n:04d}" for n in range(rows)]
    delivered = pd.Series(days) + pd.to_timedelta(random.integers(1, 30, rows), unit="D")
    delivered[::10] = pd.NaT
    return {
        "df": pd.DataFrame(
            {
                "order_id": orders,
                "user_id": random.choice(users, rows),
                "item_id": random.choice(items, rows),
                "timestamp": days,
                "score": random.uniform(1, 5, rows).round(3),
            }
        ),
        "customer_df": pd.DataFrame({"user_id": users, "customer_city": random.choice(["sao paulo", "rio"], 60)}),
        "product_df": pd.DataFrame({"item_id": items, "product_category": random.choice(["toys", "health"], 20)}),
        "orders": pd.DataFrame(
            {
                "order_id": orders,
                "order_status": random.choice(["delivered", "canceled"], rows),
                "order_purchase_timestamp": days,
                "order_delivered_customer_date": delivered,
            }
        ),
        "order_items": pd.DataFrame(
            {
                "order_id": random.choice(orders, 2 * rows),
                "product_id": random.choice(items, 2 * rows),
                "price": random.gamma(2.0, 40.0, 2 * rows).round(2),
                "freight_value": random.gamma(2.0, 8.0, 2 * rows).round(2),
            }
        ),
    }


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    return make_tables()


@pytest.fixture(scope="session")
def files(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The tables as the app writes them."""
    folder = tmp_path_factory.mktemp("tables")
    for name, table in tables.items():
        table.to_feather(folder / f"{name}.arrow", compression="uncompressed")
    return {name: folder / f"{name}.arrow" for name in tables}


@pytest.fixture(scope="session")
def box(files: dict[str, Path]) -> Iterator[Sandbox]:
    """A sandbox without the gate, so that programs meet the kernel."""
    with Sandbox(files, limits=Limits(wall_seconds=5), gate=False) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def gated(files: dict[str, Path]) -> Iterator[Sandbox]:
    """A sandbox as it is used."""
    with Sandbox(files, limits=Limits(wall_seconds=5)) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def with_layers(files: dict[str, Path]) -> Iterator[Callable[[Layers], Sandbox]]:
    """Sandboxes with layers off, each started once."""
    made: dict[Layers, Sandbox] = {}

    def make(layers: Layers) -> Sandbox:
        if layers not in made:
            made[layers] = Sandbox({"df": files["df"]}, limits=Limits(wall_seconds=5), gate=False, layers=layers)
        return made[layers]

    yield make
    for sandbox in made.values():
        sandbox.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Something to steal, to break and to reach, and the means to see that nobody did."""
    with World(tmp_path, monkeypatch) as outside:
        yield outside
