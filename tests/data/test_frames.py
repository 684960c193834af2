"""What comes out of the Arrow files: the catalog's columns, and the types that analysts expect."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from crm_copilot.catalog.tables import tables
from crm_copilot.data import Dataset, load

from .conftest import DEALS, PRODUCTS, Company, opened

PLAIN = {
    "id": "str",
    "text": "str",
    "category": "str",
    "number": "float64",
    "timestamp": "datetime64[us]",
    "date": "datetime64[us]",
    "boolean": "boolean",
}


def _read(data: Dataset, table: str) -> pd.DataFrame:
    with pa.memory_map(str(data.frames[table])) as file:
        frame: pd.DataFrame = pa.ipc.open_file(file).read_all().to_pandas()
    return frame


@pytest.mark.parametrize("name", list(tables()))
def test_columns_and_types(tiny: Dataset, name: str) -> None:
    frame, table = _read(tiny, name), tables()[name]
    assert list(frame.columns) == list(table.columns)
    assert len(frame) == tiny.info.rows[name] > 0
    for column in table.columns.values():
        counted = "float64" if frame[column.name].isna().any() else "int64"
        assert str(frame[column.name].dtype) == PLAIN.get(column.type, counted), column.name
        assert column.null or not frame[column.name].isna().any(), column.name


@pytest.mark.parametrize("name", list(tables()))
def test_one_uncompressed_batch(tiny: Dataset, name: str) -> None:
    with pa.memory_map(str(tiny.frames[name])) as file:
        before = pa.total_allocated_bytes()
        reader = pa.ipc.open_file(file)
        batch = reader.get_batch(0)
        assert reader.num_record_batches == 1
        assert pa.total_allocated_bytes() == before, "the batch was copied instead of mapped"
        del batch


def test_values_survive_the_way(company: Company, home: Path) -> None:
    company.cell(DEALS, 2, "has_company", "True")
    company.cell(DEALS, 3, "has_company", "")
    company.cell(PRODUCTS, 2, "product_photos_qty", "")
    company.cell(PRODUCTS, 3, "product_photos_qty", "7.0")
    load(company.directory, home)
    data = opened(home)
    deals, products = _read(data, "deals"), _read(data, "products")
    assert deals["has_company"].tolist()[:2] == [True, pd.NA]
    assert len(deals[deals["has_company"]]) >= 1
    assert products["product_photos_qty"].isna().tolist()[:2] == [True, False]
    assert products["product_photos_qty"][1] == 7.0
    assert deals["won_date"][0] == pd.Timestamp(company.lines(DEALS)[1].split(",")[4])


@pytest.mark.parametrize("name", [name for name, table in tables().items() if table.file])
def test_every_cell_is_that_of_the_file(tiny: Dataset, company: Company, name: str) -> None:
    frame = _read(tiny, name)
    written = pd.read_csv(company.path(str(tables()[name].file)), dtype=str, keep_default_na=False)
    for column in tables()[name].columns.values():
        if column.derived:
            continue
        text = written[column.name]
        if column.type in ("integer", "number"):
            text = pd.to_numeric(text.replace("", None))
        elif column.type in ("timestamp", "date"):
            text = pd.to_datetime(text.replace("", None))
        elif column.type == "boolean":
            text = text.map({"True": True, "False": False}).astype("boolean")
        else:
            text = text.replace("", None)
        pd.testing.assert_series_equal(frame[column.name], text, check_dtype=False)


def test_values_are_counted(tiny: Dataset) -> None:
    cities = _read(tiny, "customers")["customer_city"].value_counts()
    assert dict(tiny.values["customers"]["customer_city"]) == cities.to_dict()
    counts = list(tiny.values["customers"]["customer_city"].values())
    assert counts == sorted(counts, reverse=True)


def test_values_hold_every_category_and_only_those(tiny: Dataset) -> None:
    wanted = {
        name: {column.name for column in table.columns.values() if column.type == "category"}
        for name, table in tables().items()
    }
    assert {name: set(columns) for name, columns in tiny.values.items()} == wanted
    assert {"Eva Martins"} <= set(tiny.values["clients"]["account_manager"])


def test_spans_of_times(tiny: Dataset) -> None:
    bought = _read(tiny, "orders")["order_purchase_timestamp"]
    assert list(tiny.times["orders"]["order_purchase_timestamp"]) == [
        bought.min().isoformat(),
        bought.max().isoformat(),
    ]
    first, last = tiny.times["leads"]["first_contact_date"]
    assert len(first) == len(last) == len("2018-08-31")


def test_the_database_has_the_same_tables(tiny: Dataset) -> None:
    with tiny.connect() as connection:
        for name, rows in tiny.info.rows.items():
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchone() == (rows,)
        found = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    assert [name for (name,) in found] == sorted(tables())
