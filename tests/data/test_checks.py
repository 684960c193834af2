"""Bad values through the real loader: each is named by file, column and row, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crm_copilot.catalog.tables import tables
from crm_copilot.data import load
from crm_copilot.errors import DataError

from .conftest import (
    CUSTOMERS,
    DEALS,
    ITEMS,
    LEADS,
    ORDERS,
    PAYMENTS,
    PLACES,
    PRODUCTS,
    REVIEWS,
    SELLERS,
    TRANSLATION,
    Company,
)

Change = Callable[[bytes], bytes]


def _refused(company: Company, home: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        load(company.directory, home)
    assert not (home / "data" / "current.json").exists()
    return caught.value


@pytest.mark.parametrize(
    ("name", "column", "text", "words"),
    [
        (ORDERS, "order_purchase_timestamp", "31/12/2017", "'31/12/2017' is not a date; write it like"),
        (ORDERS, "order_purchase_timestamp", "2018-02-30 10:00:00", "is not a date"),
        (ORDERS, "order_purchase_timestamp", "2018-01-05 25:00:00", "is not a date"),
        (ORDERS, "order_approved_at", "0018-01-05", "is not a date"),
        (ORDERS, "order_approved_at", "infinity", "is not a date"),
        (ORDERS, "order_approved_at", "2018-01-05 10:00:00+02:00", "without time zone"),
        (LEADS, "first_contact_date", "yesterday", "is not a date; write it like 2018-03-31"),
        (ITEMS, "price", "abc", "'abc' is not a number"),
        (ITEMS, "price", '"12,50"', "'12,50' is not a number; write it like 1234.50"),
        (ITEMS, "price", "nan", "is not a number"),
        (ITEMS, "freight_value", "R$ 7", "is not a number"),
        (ITEMS, "order_item_id", "1.5", "'1.5' is not a whole number"),
        (ITEMS, "order_item_id", "0x10", "is not a whole number"),
        (DEALS, "has_company", "maybe", "'maybe' is not true or false"),
        (ORDERS, "order_id", "", "is empty, and every order needs it"),
        (ORDERS, "order_purchase_timestamp", "  ", "is empty"),
        (ITEMS, "price", "-3.50", "-3.5 is below 0"),
        (ITEMS, "order_item_id", "0", "0 is below 1"),
        (PAYMENTS, "payment_value", "-1", "-1.0 is below 0"),
        (PRODUCTS, "product_weight_g", "-5", "-5.0 is below 0"),
        (PLACES, "geolocation_lat", "-235.5", "is not between -90 and 90"),
    ],
)
def test_names_a_bad_cell(company: Company, home: Path, name: str, column: str, text: str, words: str) -> None:
    company.cell(name, 3, column, text)
    error = _refused(company, home)
    assert (error.file, error.column, error.row) == (name, column, 3)
    assert words in error.problem


@pytest.mark.parametrize("score", ["0", "6"])
def test_scores_are_from_1_to_5(company: Company, home: Path, score: str) -> None:
    company.line(REVIEWS, 2, lambda line: ",".join([*line.split(",")[:2], score, *line.split(",")[3:]]))
    error = _refused(company, home)
    assert (error.file, error.column, error.row) == (REVIEWS, "review_score", 2)
    assert f"{score} is not between 1 and 5" in error.problem


def test_counts_further_problems_of_the_same_kind(company: Company, home: Path) -> None:
    for row in (4, 8, 9):
        company.cell(ITEMS, row, "price", "?")
    error = _refused(company, home)
    assert error.row == 4
    assert error.problem.startswith("'?' is not a number (and 2 more like it); ")


def test_reports_the_first_row_first(company: Company, home: Path) -> None:
    company.cell(ITEMS, 4, "freight_value", "?")
    company.cell(ITEMS, 9, "price", "?")
    assert _refused(company, home).column == "freight_value"


def test_a_row_is_the_line_on_which_it_starts(company: Company, home: Path) -> None:
    """Comments over several lines come before the bad row."""
    heading, first = company.lines(REVIEWS)[:2]
    texts = ["a", "b\nb", "c\n\n\nc"]
    rows = [
        f'{number:032x},{first.split(",")[1]},5,,"{text}",2018-01-01,2018-01-02' for number, text in enumerate(texts)
    ]
    bad = f"{9:032x},{first.split(',')[1]},5,,,2018-01-01,never"
    company.path(REVIEWS).write_text("\n".join([heading, *rows, bad]) + "\n", "utf-8")
    error = _refused(company, home)
    assert (error.column, error.row) == ("review_answer_timestamp", 9)


KEYED = {str(table.file): table for table in tables().values() if table.file and table.key} | {TRANSLATION: None}


@pytest.mark.parametrize("name", list(KEYED))
def test_names_a_key_that_is_there_twice(company: Company, home: Path, name: str) -> None:
    lines = company.lines(name)
    company.write(name, [*lines, lines[1]])
    error = _refused(company, home)
    assert (error.file, error.row) == (name, len(lines) + 1)
    assert "is already in row 2; remove one" in error.problem


def test_olists_reviews_repeat_their_id_over_orders(company: Company, home: Path) -> None:
    lines = company.lines(REVIEWS)
    one = lines[1].split(",")[0]
    start = next(row for row, line in enumerate(lines[2:], 2) if len(line) > 70 and line[32] == ",")
    lines[start] = one + lines[start][32:]
    company.write(REVIEWS, lines)
    load(company.directory, home)


def test_places_have_no_key(company: Company, home: Path) -> None:
    lines = company.lines(PLACES)
    company.write(PLACES, lines + lines[1:])
    assert load(company.directory, home).rows["geolocation"] == 2 * (len(lines) - 1)


@pytest.mark.parametrize(
    ("name", "column", "target"),
    [
        (ORDERS, "customer_id", CUSTOMERS),
        (ITEMS, "order_id", ORDERS),
        (ITEMS, "product_id", PRODUCTS),
        (ITEMS, "seller_id", SELLERS),
        (PAYMENTS, "order_id", ORDERS),
        (REVIEWS, "order_id", ORDERS),
        (DEALS, "mql_id", LEADS),
        ("interactions.csv", "client_id", "clients.csv"),
    ],
)
def test_names_what_a_row_refers_to_in_vain(company: Company, home: Path, name: str, column: str, target: str) -> None:
    company.cell(name, 2, column, "0" * 32)
    error = _refused(company, home)
    assert (error.file, error.column, error.row) == (name, column, 2)
    assert f"'{'0' * 32}' is not in {target}; add it there" in error.problem


def test_every_declared_reference_is_tried_above() -> None:
    declared = {
        (table.file, link.column, tables()[link.table].file) for table in tables().values() for link in table.references
    }
    mark = test_names_what_a_row_refers_to_in_vain.pytestmark[0]  # type: ignore[attr-defined]
    assert declared == set(mark.args[1])


def test_counts_orders_without_their_customer(company: Company, home: Path) -> None:
    lines = company.lines(CUSTOMERS)
    company.write(CUSTOMERS, [line for row, line in enumerate(lines, 1) if row not in (6, 10)])
    error = _refused(company, home)
    assert (error.file, error.row) == (ORDERS, 6)
    assert "(and 1 more like it)" in error.problem


@pytest.mark.parametrize(
    ("name", "column", "text"),
    [
        (PRODUCTS, "product_category_name", "categoria_nova"),
        (ORDERS, "order_status", "lost"),
        (DEALS, "seller_id", "f" * 32),
        (PRODUCTS, "product_photos_qty", "2.0"),
        (PRODUCTS, "product_weight_g", "0"),
        (PAYMENTS, "payment_installments", "0"),
        (ITEMS, "price", "1e2"),
        (ITEMS, "shipping_limit_date", "2018-01-05T10:00Z"),
        (ITEMS, "shipping_limit_date", ""),
        (LEADS, "first_contact_date", "2018-01-05 00:00:00"),
    ],
)
def test_takes_what_is_unusual_and_sound(company: Company, home: Path, name: str, column: str, text: str) -> None:
    company.cell(name, 3, column, text)
    load(company.directory, home)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        (ORDERS, lambda raw: b"", "the file is empty"),
        (ORDERS, lambda raw: raw.replace(b",", b";"), "separated by semicolons"),
        (REVIEWS, lambda raw: raw.decode().encode("latin-1"), "it may be Latin-1"),
        (ORDERS, lambda raw: raw.replace(b",delivered,", b',"delivered,', 1), "a double quote"),
        (ORDERS, lambda raw: raw.replace(b",delivered,", b",", 1), "has 7 cells where the heading has 8"),
    ],
)
def test_refuses_a_file_of_the_wrong_shape(company: Company, home: Path, name: str, change: Change, words: str) -> None:
    company.bytes(name, change)
    error = _refused(company, home)
    assert error.file == name
    assert words in error.problem


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace(b"\n", b"\r\n", 40),
        lambda raw: raw.rstrip(),
        lambda raw: raw.replace(b"\n", b"\n\n"),
        lambda raw: raw.replace(b"\n", b",,\n").replace(b",,\n", b"\n", 1),
    ],
    ids=["mark", "windows", "mixed line ends", "no last line end", "blank lines", "empty cells behind"],
)
def test_takes_files_as_programs_write_them(company: Company, home: Path, change: Change) -> None:
    rows = len(company.lines(ORDERS)) - 1
    company.bytes(ORDERS, change)
    assert load(company.directory, home).rows["orders"] == rows
