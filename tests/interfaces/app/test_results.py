"""How a result is written: plain text, table, chart and files."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from crm_copilot.interfaces.app import charts, downloads, tables
from crm_copilot.interfaces.app.plain import heading, literal

MEASURE = {
    "name": "revenue",
    "table": "order_items",
    "agg": "sum",
    "field": "price",
    "unit": "BRL",
    "metric": "revenue",
}


def result(columns: list[str], rows: list[list[Any]], **more: Any) -> dict[str, Any]:
    return {
        "question": "Revenue = what?", "answer": "", "columns": columns, "rows": rows, "n_rows": len(rows),
        "truncated": False, "plan": None, "chart": None, **more,
    }  # fmt: skip


def drawn(columns: list[str], rows: list[list[Any]], **hint: str) -> charts.Chart:
    found = charts.chart(result(columns, rows, chart=hint))
    assert found is not None
    return found


def mark(chart: charts.Chart) -> str:
    return str(chart.picture.to_dict()["mark"]["type"])


# ---------------------------------------------------------------------------------------------------- plain text


def test_every_sign_of_markdown_is_escaped() -> None:
    assert literal("**a** $x$ [b](c) `d` <e>") == r"\*\*a\*\* \$x\$ \[b\]\(c\) \`d\` \<e\>"


def test_icons_and_arrows_are_parted() -> None:
    assert literal(":smile: -> --").replace("\\", "") == ":\u2060smile: -\u2060> -\u2060-"


def test_a_text_becomes_one_line() -> None:
    assert literal("a\n\n# b") == r"a \# b"


def test_a_name_becomes_a_heading() -> None:
    assert heading("customer_state") == "Customer state"


# -------------------------------------------------------------------------------------------------------- tables


def test_columns_of_one_name_are_told_apart() -> None:
    assert tables.unique(["a", "b", "a", "a (2)", "a"]) == ["a", "b", "a (2)", "a (2) (2)", "a (3)"]


def test_units_stand_in_the_heading() -> None:
    found = result(["product_category", "revenue"], [["toys", 1.0]], plan={"measures": [MEASURE]})
    assert [tables.title(*pair) for pair in zip(found["columns"], tables.units_of(found), strict=True)] == [
        "Product category",
        "Revenue (R$)",
    ]


@pytest.mark.parametrize("plan", [None, {"measures": [{"unknown": 1}]}, {"nonsense": 1}])
def test_a_result_without_a_readable_plan_has_no_units(plan: dict[str, Any] | None) -> None:
    assert tables.units_of(result(["a"], [[1]], plan=plan)) == [None]


@pytest.mark.parametrize(
    ("answer", "language"),
    [
        ("Receita: R$ 1.234,50.", "pt"),
        ("Revenue: R$ 1,234.50.", "en"),
        ("Clients by city: são josé (3); são paulo (2).", "en"),
        ("", "en"),
    ],
)
def test_numbers_are_written_as_the_answer_writes_them(answer: str, language: str) -> None:
    assert tables.language_of(result(["value"], [[1234.5]], answer=answer)) == language


def test_a_share_is_headed_by_its_sign_alone() -> None:
    assert tables.title("growth_pct", "percent") == "Growth (%)"


def test_a_unit_is_told_once() -> None:
    assert tables.title("average_delivery_days", "days") == "Average delivery days"
    assert tables.title("delivery_time", "days") == "Delivery time (days)"


@pytest.mark.parametrize(
    ("name", "values", "unit", "places"),
    [("orders", [1, 2], None, 0), ("year", [2018.0], None, 0), ("revenue", [3.0], "BRL", 2), ("rate", [0.01], None, 4)],
)
def test_numbers_have_sensible_decimals(name: str, values: list[float], unit: str | None, places: int) -> None:
    data = tables.frame(result([name], [[value] for value in values]))
    assert tables.decimals(data[name], name, unit) == places


# -------------------------------------------------------------------------------------------------------- charts


def test_bars_keep_the_order_of_the_table() -> None:
    chart = drawn(["state", "orders"], [["SP", 3], ["AC", 2], ["RJ", 1]], kind="bar", x="state", y="orders")
    picture = chart.picture.to_dict()
    assert mark(chart) == "bar"
    assert picture["encoding"]["y"]["sort"] is None
    assert "color" not in picture["encoding"]


def test_no_more_bars_are_drawn_than_can_be_read() -> None:
    rows = [[f"city {n}", n] for n in range(57)]
    chart = drawn(["city", "orders"], rows, kind="bar", x="city", y="orders")
    assert chart.note == "The first 30 of 57 rows."
    assert len(chart.picture.data) == charts.MOST_BARS


def test_a_line_over_months_has_a_calendar() -> None:
    rows = [["2018-01", 1.5], ["2018-02", 2.5]]
    chart = drawn(["month", "revenue"], rows, kind="line", x="month", y="revenue")
    assert mark(chart) == "line"
    assert chart.picture.to_dict()["encoding"]["x"]["type"] == "temporal"


@pytest.mark.parametrize("values", [["2018-Q1", "2018-Q2"], [9, 10], ["2018-W09", "2018-W10"]])
def test_a_line_over_other_times_keeps_their_names(values: list[Any]) -> None:
    chart = drawn(["quarter", "n"], [[value, 1] for value in values], kind="line", x="quarter", y="n")
    assert (mark(chart), chart.picture.to_dict()["encoding"]["x"]["type"]) == ("line", "ordinal")


def test_a_line_that_would_run_back_becomes_bars() -> None:
    rows = [["2018-02", 9], ["2018-01", 5]]
    assert mark(drawn(["month", "n"], rows, kind="line", x="month", y="n")) == "bar"


def test_colour_only_for_a_second_key_and_only_the_largest() -> None:
    rows = [[f"2018-0{month}", f"S{state}", state] for month in (1, 2) for state in range(9)]
    chart = drawn(["month", "state", "n"], rows, kind="line", x="month", y="n", color="state")
    assert chart.note == "State: the 6 largest of 9."
    assert set(chart.picture.data["color"]) == {f"S{state}" for state in range(3, 9)}


def test_groups_stand_side_by_side_and_are_never_stacked() -> None:
    rows = [[f"c{n}", kind, 1.0] for n in range(12) for kind in ("a", "b")]
    chart = drawn(["city", "kind", "n"], rows, kind="bar", x="city", y="n", color="kind")
    assert "yOffset" in chart.picture.to_dict()["encoding"]
    assert chart.note == "The first 8 of 12 groups."


def test_bars_of_one_name_would_be_added_up_and_are_not_drawn() -> None:
    rows = [["a", "x", 1], ["a", "y", 2]]
    assert charts.chart(result(["k", "l", "n"], rows, chart={"kind": "bar", "x": "k", "y": "n"})) is None
    assert drawn(["k", "l", "n"], rows, kind="bar", x="k", y="n", color="l")


def test_groups_that_share_hardly_a_colour_are_left_to_the_table() -> None:
    rows = [[f"state {n}", f"category {n % 5}", n] for n in range(10)]
    assert charts.chart(result(["s", "c", "n"], rows, chart={"kind": "bar", "x": "s", "y": "n", "color": "c"})) is None


def test_names_are_written_as_in_the_sentence() -> None:
    chart = drawn(["c", "n"], [["bed_bath_table", 1], [True, 2], [2018, 3]], kind="bar", x="c", y="n")
    assert chart.picture.data["x"].tolist() == ["bed bath table", "yes", "2018"]


def test_a_portuguese_answer_has_a_portuguese_chart() -> None:
    rows, hint = [["2018-01", 1.5], ["2018-02", 2.5]], {"kind": "line", "x": "month", "y": "revenue"}
    pictures = [
        charts.chart(result(["month", "revenue"], rows, chart=hint, answer=answer))
        for answer in ("Receita por mês: …", "Revenue by month: …")
    ]
    portuguese, english = (found.picture.to_dict()["config"] for found in pictures if found)
    assert portuguese["locale"]["number"]["decimal"] == ","
    assert portuguese["locale"]["time"]["shortMonths"][1] == "fev"
    assert "locale" not in english


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (["2018-01", "2018-02"], "%b %Y"),
        (["2018-01-30", "2018-02-02"], "%d %b %Y"),
        (["2018-01-01", "2018-05-01"], "%b %Y"),
    ],
)
def test_months_are_labelled_as_months_and_few_days_as_days(names: list[str], written: str) -> None:
    chart = drawn(["day", "n"], [[name, 1] for name in names], kind="line", x="day", y="n")
    assert chart.picture.to_dict()["encoding"]["x"]["axis"]["format"] == written


@pytest.mark.parametrize(
    "hint",
    [None, {}, {"kind": "bar", "x": "a"}, {"kind": "bar", "x": "a", "y": "gone"}, {"kind": "bar", "x": "b", "y": "a"}],
)
def test_a_hint_that_does_not_fit_draws_nothing(hint: dict[str, str] | None) -> None:
    assert charts.chart(result(["a", "b"], [["x", 1]], chart=hint)) is None


def test_a_column_may_have_any_name() -> None:
    name = "a.b[c]:d\\e'f"
    chart = drawn([name, "x"], [["one", 1], ["two", None]], kind="bar", x=name, y="x")
    assert chart.picture.to_dict()["encoding"]["tooltip"][0]["title"] == "A.b[c]:d\\e'f"
    assert chart.picture.data["x"].tolist() == ["one"]


# --------------------------------------------------------------------------------------------------------- files

CELLS = ["=1+1", "+1", "-1", "@a", "\tx", "São Paulo", 'a "b", c', None, -5, 2.5]


def test_csv_leaves_no_formula_behind() -> None:
    text = downloads.csv_file(result(["=name", "n"], [[cell, 1] for cell in CELLS]))
    assert text.startswith(b"\xef\xbb\xbf")
    heading, *rows = csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""))
    assert heading == ["'=name", "n"]
    assert [row[0] for row in rows] == [
        "'=1+1", "'+1", "'-1", "'@a", "'\tx", "São Paulo", 'a "b", c', "", "-5", "2.5",
    ]  # fmt: skip


def test_excel_keeps_texts_as_texts_and_numbers_as_numbers() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(downloads.excel_file(result(["name", "name"], [[cell, True] for cell in CELLS])))
    )
    heading, *rows = book.active.values
    assert heading == ("name", "name (2)")
    assert [row[0] for row in rows] == CELLS
    assert all(cell.data_type != "f" for (cell,) in book.active["A1:A11"])


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Revenue by state, in 2018?", "revenue-by-state-in-2018.csv"),
        ("São Paulo", "são-paulo.csv"),
        ("../?", "answer.csv"),
    ],
)
def test_a_file_is_named_after_its_question(question: str, name: str) -> None:
    assert downloads.file_name({"question": question}, "csv") == name
