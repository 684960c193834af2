"""Which files a folder must hold, and in which columns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_copilot.catalog.tables import tables
from crm_copilot.data import DataInfo, load
from crm_copilot.data.sources import TRANSLATION, find
from crm_copilot.errors import DataError

from .conftest import DEALS, LEADS, ORDERS, PRODUCTS, Company

REQUIRED = [str(table.file) for table in tables().values() if table.file and not table.optional]


@pytest.mark.parametrize("name", [*REQUIRED, str(TRANSLATION.file)])
def test_names_a_missing_file(company: Company, home: Path, name: str) -> None:
    company.path(name).unlink()
    with pytest.raises(DataError, match="the file is missing") as caught:
        load(company.directory, home)
    assert caught.value.file == name


def test_tells_which_data_set_a_missing_file_is_part_of(company: Company) -> None:
    company.path(ORDERS).unlink()
    with pytest.raises(DataError, match="Brazilian E-Commerce Public Dataset by Olist"):
        find(company.directory)


@pytest.mark.parametrize(("name", "table"), [(LEADS, "leads"), (DEALS, "deals")])
def test_a_company_without_the_marketing_funnel_is_loaded_without_it(
    company: Company, home: Path, name: str, table: str
) -> None:
    """The funnel is a data set of its own."""
    company.path(DEALS).unlink()
    company.path(name).unlink(missing_ok=True)
    info = load(company.directory, home)
    assert table not in info.rows
    assert info.rows["orders"] == 120


def test_proposes_to_rename_a_file_of_a_like_name(company: Company) -> None:
    company.path(ORDERS).rename(company.path("olist_orders.csv"))
    with pytest.raises(DataError, match=r"rename olist_orders\.csv"):
        find(company.directory)


@pytest.mark.parametrize("place", ["nowhere", "file"])
def test_names_what_is_no_folder(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="is not a folder"):
        find(tmp_path / place)


@pytest.mark.parametrize("name", REQUIRED)
def test_names_a_missing_column(company: Company, home: Path, name: str) -> None:
    last = company.lines(name)[0].split(",")[-1]
    company.line(name, 1, lambda heading: heading.removesuffix(last) + "zzz")
    with pytest.raises(DataError, match="the column is missing") as caught:
        load(company.directory, home)
    assert (caught.value.file, caught.value.column, caught.value.row) == (name, last, 1)


def test_proposes_to_rename_a_column_of_a_like_name(company: Company, home: Path) -> None:
    company.line(PRODUCTS, 1, lambda heading: heading.replace("product_name_lenght", "product_name_length"))
    with pytest.raises(DataError, match="missing; rename 'product_name_length'") as caught:
        load(company.directory, home)
    assert caught.value.column == "product_name_lenght"


def test_refuses_a_column_that_is_there_twice(company: Company, home: Path) -> None:
    company.line(ORDERS, 1, lambda heading: heading.replace("order_approved_at", "order_status"))
    with pytest.raises(DataError, match="there twice") as caught:
        load(company.directory, home)
    assert caught.value.column == "order_status"


@pytest.mark.parametrize("name", [ORDERS, "clients.csv"])
def test_refuses_a_heading_alone(company: Company, home: Path, name: str) -> None:
    company.write(name, company.lines(name)[:1])
    with pytest.raises(DataError, match="has a heading but no rows") as caught:
        load(company.directory, home)
    assert caught.value.file == name


def test_leaves_unknown_columns_out_and_says_so(company: Company, home: Path) -> None:
    lines = company.lines(ORDERS)
    company.write(ORDERS, [f"{lines[0]},remark,remark", *(f"{line},x,y" for line in lines[1:])])
    info = load(company.directory, home)
    assert info.notes == (f"{ORDERS}: column 'remark' is not known and was left out",)


def test_takes_columns_in_any_order(company: Company, home: Path, loaded_home: Path) -> None:
    lines = [line.split(",") for line in company.lines(ORDERS)]
    company.write(ORDERS, [",".join(reversed(cells)) for cells in lines])
    assert load(company.directory, home).rows["orders"] == len(lines) - 1


def test_optional_tables_may_be_absent(company: Company, home: Path) -> None:
    company.path("interactions.csv").unlink()
    company.path("clients.csv").unlink()
    assert not {"clients", "interactions"} & set(load(company.directory, home).rows)


def test_interactions_need_their_clients(company: Company, home: Path) -> None:
    company.path("clients.csv").unlink()
    with pytest.raises(DataError, match=r"interactions\.csv, column 'client_id': refers to clients\.csv"):
        load(company.directory, home)


def _clients_as_json(company: Company, entries: list[dict[str, object]]) -> DataInfo:
    company.path("clients.csv").unlink()
    company.path("interactions.csv").unlink()
    company.path("clients.json").write_text(json.dumps(entries), "utf-8")
    return load(company.directory, company.directory.parent / "home")


CLIENT: dict[str, object] = {
    "client_id": "101", "client_name": "Açaí & Co", "industry": None, "total_spend_ytd": 1250.5,
    "last_meeting_date": "2018-07-03", "account_manager": "Eva Martins",
}  # fmt: skip


def test_clients_may_come_as_json(company: Company) -> None:
    assert _clients_as_json(company, [CLIENT, CLIENT | {"client_id": 102}]).rows["clients"] == 2


def test_a_row_of_json_is_the_number_of_the_entry(company: Company) -> None:
    with pytest.raises(DataError) as caught:
        _clients_as_json(company, [CLIENT, CLIENT | {"client_id": "102", "total_spend_ytd": "lots"}])
    error = caught.value
    assert (error.file, error.column, error.row) == ("clients.json", "total_spend_ytd", 2)


def test_one_of_two_files_for_a_table_must_go(company: Company) -> None:
    company.path("clients.json").write_text("[]", "utf-8")
    with pytest.raises(DataError, match=r"clients\.json is there too"):
        find(company.directory)
