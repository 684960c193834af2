"""Every type that analysts return, and what it becomes."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import json
import types
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from crm_copilot.sandbox.inside import results
from crm_copilot.sandbox.inside.cells import Unshowable

CAPS = {"rows": 10, "columns": 20}


def encode(value: Any) -> dict[str, Any]:
    """Encode, and make sure that strict JSON can hold it."""
    encoded = results.encode(value, CAPS)
    json.dumps(encoded, allow_nan=False)
    return encoded


def shown(value: Any) -> tuple[list[str], list[list[Any]]]:
    """The first table: its columns and rows."""
    table = encode(value)["tables"][0]
    return table["columns"], table["rows"]


@pytest.fixture(autouse=True)
def no_figures_left() -> Any:
    yield
    plt.close("all")


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Point(NamedTuple):
    x: int
    y: float


@dataclasses.dataclass
class Deal:
    name: str
    value: float


SCALARS = {
    "integer": (7, 7),
    "negative": (-3, -3),
    "integer of 63 bits": (2**62, 2**62),
    "integer of 100 bits": (2**100, str(2**100)),
    "number": (2.5, 2.5),
    "whole number": (3.0, 3.0),
    "NaN": (float("nan"), None),
    "infinity": (float("inf"), None),
    "true": (True, True),
    "numpy integer": (np.int64(5), 5),
    "numpy small integer": (np.uint8(5), 5),
    "numpy number": (np.float32(0.5), 0.5),
    "numpy long number": (np.longdouble("0.5"), 0.5),
    "numpy NaN": (np.float64("nan"), None),
    "numpy truth": (np.bool_(True), True),
    "numpy text": (np.str_("a"), "a"),
    "numpy time": (np.datetime64("2018-03-01T10:30"), "2018-03-01T10:30:00"),
    "numpy day": (np.datetime64("2018-03-01"), "2018-03-01"),
    "numpy span": (np.timedelta64(90, "m"), "0 days 01:30:00"),
    "numpy NaT": (np.datetime64("NaT"), None),
    "complex": (1 + 2j, "(1+2j)"),
    "numpy complex": (np.complex128(1j), "1j"),
    "decimal": (decimal.Decimal("12.50"), 12.5),
    "long decimal": (decimal.Decimal("0.12345678901234567890123"), "0.12345678901234567890123"),
    "fraction": (fractions.Fraction(1, 4), 0.25),
    "timestamp": (pd.Timestamp("2018-03-01 10:30"), "2018-03-01T10:30:00"),
    "midnight": (pd.Timestamp("2018-03-01"), "2018-03-01"),
    "timestamp with zone": (
        pd.Timestamp("2018-03-01 10:30", tz="America/Sao_Paulo"),
        "2018-03-01T10:30:00-03:00",
    ),
    "datetime": (dt.datetime(2018, 3, 1, 1), "2018-03-01T01:00:00"),
    "date": (dt.date(2018, 3, 1), "2018-03-01"),
    "time of day": (dt.time(10, 30), "10:30:00"),
    "span": (pd.Timedelta(days=2), "2 days 00:00:00"),
    "python's span": (dt.timedelta(hours=5), "5:00:00"),
    "month": (pd.Period("2018-01", freq="M"), "2018-01"),
    "quarter": (pd.Period("2018Q1", freq="Q"), "2018Q1"),
    "interval": (pd.Interval(0, 5), "(0, 5]"),
    "bytes": (b"abc", "abc"),
    "bytes that are no text": (b"\xff", "\\xff"),
    "enum": (Colour.RED, "red"),
    "enum of integers": (Level.HIGH, 3),
    "zero-dimensional array": (np.array(4), 4),
    "dtype": (np.dtype("int64"), "int64"),
}


@pytest.mark.parametrize("name", SCALARS)
def test_a_scalar_is_a_table_of_one_cell(name: str) -> None:
    value, cell = SCALARS[name]
    encoded = encode(value)
    assert encoded["tables"][0]["rows"] == [[cell]]
    assert encoded["tables"][0]["columns"] == ["value"]
    assert encoded["value"] == cell
    assert type(encoded["value"]) is type(cell)
    assert encoded["kind"] == "scalar"


def test_text_is_text() -> None:
    assert encode("são paulo")["kind"] == "text"
    assert encode("a\ud800b")["value"] == "a\\ud800b"
    assert len(encode("x" * 10**6)["value"]) < 30_000


def test_a_frame_keeps_order_and_types() -> None:
    frame = pd.DataFrame({"name": ["a", None], "n": [1, 2], "share": [0.5, np.inf], "good": [True, False]})
    assert shown(frame) == (["name", "n", "share", "good"], [["a", 1, 0.5, True], [None, 2, None, False]])
    assert encode(frame)["kind"] == "table"


def test_a_named_index_becomes_columns() -> None:
    frame = pd.DataFrame({"city": ["sp", "rj", "sp"], "x": [1, 2, 3]})
    assert shown(frame.groupby("city").sum()) == (["city", "x"], [["rj", 2], ["sp", 4]])
    assert shown(frame.groupby("city")["x"].sum()) == (["city", "x"], [["rj", 2], ["sp", 4]])


def test_several_levels_become_several_columns() -> None:
    frame = pd.DataFrame({"a": ["p", "p"], "b": [1, 2], "x": [3, 4]}).groupby(["a", "b"]).sum()
    assert shown(frame) == (["a", "b", "x"], [["p", 1, 3], ["p", 2, 4]])


def test_levels_of_columns_are_joined() -> None:
    frame = pd.DataFrame({"k": ["a", "a"], "x": [1, 3]}).groupby("k").agg(["mean", "sum"])
    assert shown(frame)[0] == ["k", "x_mean", "x_sum"]
    assert shown(frame.reset_index())[0] == ["k", "x_mean", "x_sum"]


def test_labels_without_a_name_are_kept_and_row_numbers_are_not() -> None:
    frame = pd.DataFrame({"x": [3, 1, 2]})
    assert shown(frame.sort_values("x")) == (["x"], [[1], [2], [3]])
    assert shown(frame[frame["x"] > 1]) == (["x"], [[3], [2]])
    assert shown(frame.describe())[0] == ["index", "x"]
    assert shown(pd.DataFrame({"x": [1, 2]}, index=[2017, 2018])) == (["index", "x"], [[2017, 1], [2018, 2]])


def test_a_series_has_its_index_beside_its_values() -> None:
    assert shown(pd.Series({"a": 1, "b": 2})) == (["index", "value"], [["a", 1], ["b", 2]])
    assert shown(pd.Series([1, 2], name="n")) == (["n"], [[1], [2]])
    assert shown(pd.Series(["x", "x"], name="k").value_counts()) == (["k", "count"], [["x", 2]])
    assert shown(pd.Series([5, 6], index=[7, 3])) == (["index", "value"], [[7, 5], [3, 6]])


def test_equal_column_names_are_told_apart() -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=["a", "a", ""])
    assert shown(frame)[0] == ["a", "a_2", "column_3"]
    assert len(set(shown(pd.DataFrame([[1, 2, 3]], columns=["a", "a", "a_2"]))[0])) == 3


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (pd.to_datetime(["2018-01-01", None]), ["2018-01-01", None]),
        (
            pd.DatetimeIndex(["2018-01-01 00:00", "2018-01-02 05:00"]),
            ["2018-01-01T00:00:00", "2018-01-02T05:00:00"],
        ),
        (pd.to_datetime(["2018-01-01"] * 2).tz_localize("Asia/Tokyo"), ["2018-01-01"] * 2),
        (pd.period_range("2018-01", periods=2, freq="M"), ["2018-01", "2018-02"]),
        (pd.cut(pd.Series([1, 9]), [0, 5, 10]), ["(0, 5]", "(5, 10]"]),
        (pd.Categorical(["a", None]), ["a", None]),
        (pd.Categorical([1, 2]), [1, 2]),
        (pd.array([1, None], dtype="Int64"), [1, None]),
        (pd.array([True, None], dtype="boolean"), [True, None]),
        (pd.array([0.5, None], dtype="Float64"), [0.5, None]),
        (np.array([1, np.nan]), [1.0, None]),
        (pd.to_timedelta(["1D", None]), ["1 days 00:00:00", None]),
        (np.array([1 + 1j, 2]), ["(1+1j)", "(2+0j)"]),
        ([dt.date(2018, 1, 1), None], ["2018-01-01", None]),
        ([[1, 2], {"a": 1.5}], ["[1, 2]", '{"a": 1.5}']),
        ([{"x"}, (1, "y")], ['["x"]', '[1, "y"]']),
        ([2**70, -1], [str(2**70), -1]),
        (pd.array([1.0, 2.0], dtype="Sparse[float]"), [1.0, 2.0]),
    ],
    ids=lambda value: str(getattr(value, "dtype", type(value).__name__))[:30],
)
def test_columns_of_every_kind_become_cells(column: Any, cells: list[Any]) -> None:
    assert [row[0] for row in shown(pd.DataFrame({"c": column}))[1]] == cells


def test_a_long_table_is_cut_and_counted() -> None:
    table = encode(pd.DataFrame({"x": range(25)}))["tables"][0]
    assert len(table["rows"]) == 10
    assert table["n_rows"] == 25
    assert encode(list(range(25)))["tables"][0]["n_rows"] == 25


def test_a_dict_of_scalars_is_pairs() -> None:
    encoded = encode({"total": 5, "share": np.float64(0.5), 2018: None})
    assert encoded["kind"] == "mapping"
    assert encoded["value"] == {"total": 5, "share": 0.5, "2018": None}
    assert shown({"a": 1, 2: "b"}) == (["key", "value"], [["a", 1], [2, "b"]])


def test_keys_of_several_parts_are_several_columns() -> None:
    assert shown({("sp", 2018): 1, ("rj", 2018): 2}) == (
        ["key_1", "key_2", "value"],
        [["sp", 2018, 1], ["rj", 2018, 2]],
    )


def test_a_dict_of_records_is_a_table() -> None:
    encoded = encode({"sp": {"n": 1, "x": 2.0}, "rj": {"n": 3}})
    assert shown({"sp": {"n": 1, "x": 2.0}, "rj": {"n": 3}}) == (
        ["key", "n", "x"],
        [["sp", 1, 2.0], ["rj", 3, None]],
    )
    assert encoded["value"] == {"sp": {"n": 1, "x": 2.0}, "rj": {"n": 3}}


def test_a_dict_of_columns_is_a_table() -> None:
    assert shown({"month": ["a", "b"], "n": (1, 2)}) == (["month", "n"], [["a", 1], ["b", 2]])
    assert shown({"m": np.array([1, 2])}) == (["m"], [[1], [2]])


def test_nested_values_are_kept_as_text_in_the_table_and_whole_in_the_value() -> None:
    encoded = encode({"top": ["a", "b"], "total": 3})
    assert encoded["tables"][0]["rows"] == [["top", '["a", "b"]'], ["total", 3]]
    assert encoded["value"] == {"top": ["a", "b"], "total": 3}


@pytest.mark.parametrize(
    "value", [[1, 2], (1, 2), {1, 2}, np.array([1, 2]), pd.Index([1, 2]), pd.array([1, 2]), range(1, 3), iter([1, 2]),
              (n for n in (1, 2)), {1: 0, 2: 0}.keys(), map(int, "12"), collections.deque([1, 2]), frozenset([1, 2])],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_lists_of_scalars_are_one_column(value: Any) -> None:
    encoded = encode(value)
    assert encoded["kind"] == "list"
    assert encoded["value"] == [1, 2]
    assert encoded["tables"][0]["columns"] == ["value"]
    assert encoded["tables"][0]["rows"] == [[1], [2]]


def test_lists_of_records_and_rows_are_tables() -> None:
    assert shown([{"a": 1}, {"a": 2, "b": "x"}]) == (["a", "b"], [[1, None], [2, "x"]])
    assert shown([("sp", 3), ("rj", 1)]) == (["value_1", "value_2"], [["sp", 3], ["rj", 1]])
    assert shown([Point(1, 2.0)]) == (["x", "y"], [[1, 2.0]])
    assert shown(np.array([[1, 2], [3, 4]])) == (["value_1", "value_2"], [[1, 2], [3, 4]])
    assert shown(collections.Counter("aab").most_common(2)) == (["value_1", "value_2"], [["a", 2], ["b", 1]])


def test_records_of_python_are_mappings() -> None:
    assert encode(Point(1, 2.0))["value"] == {"x": 1, "y": 2.0}
    assert encode(Deal("a", 1.5))["value"] == {"name": "a", "value": 1.5}
    assert encode(types.SimpleNamespace(a=1))["value"] == {"a": 1}
    assert encode(collections.Counter("aab"))["value"] == {"a": 2, "b": 1}


def test_arrays_of_other_kinds() -> None:
    assert shown(np.ma.array([1, 2], mask=[0, 1])) == (["value"], [[1], [None]])
    assert shown(np.array([(1, "a")], dtype=[("n", int), ("s", "U1")])) == (["n", "s"], [[1, "a"]])
    assert shown(pd.MultiIndex.from_tuples([(1, "a")], names=["n", "s"])) == (["n", "s"], [[1, "a"]])
    assert shown(pd.Index(["a"], name="k")) == (["k"], [["a"]])


def test_several_frames_stand_side_by_side() -> None:
    one, two = pd.DataFrame({"x": [1]}), pd.Series({"a": 2})
    for value in ({"first": one, "second": two}, (one, two), [one, two]):
        tables = encode(value)["tables"]
        assert [table["columns"] for table in tables] == [["x"], ["index", "value"]]
    assert [table["name"] for table in encode({"first": one, "second": two})["tables"]] == ["first", "second"]
    mixed = encode({"total": 5, "rows": one, "note": "x"})["tables"]
    assert mixed[0]["name"] == "rows"
    assert mixed[1]["rows"] == [["total", 5], ["note", "x"]]


def test_empty_results_are_tables_without_rows() -> None:
    assert shown(pd.DataFrame({"a": []})) == (["a"], [])
    assert shown([]) == (["value"], [])
    assert shown({}) == (["key", "value"], [])
    assert encode(pd.DataFrame())["tables"][0]["columns"] == []


def figure() -> Any:
    drawn, axes = plt.subplots()
    axes.plot([1, 2])
    axes.set_title("Sales")
    return drawn


@pytest.mark.parametrize(
    "make",
    [
        figure,
        lambda: figure().axes[0],
        lambda: (drawn := figure(), drawn.axes[0]),
        lambda: plt.bar(["a"], [1]),
        lambda: plt.plot([1, 2]),
        lambda: plt.pie([1, 2]),
        lambda: pd.DataFrame({"a": [1, 2], "b": [2, 1]}).plot(subplots=True),
        lambda: pd.DataFrame({"a": [1, 2], "b": [2, 1]}).hist(),
        lambda: [figure(), figure()],
        lambda: figure() and None,
    ],
    ids=["figure", "axes", "pair", "bars", "lines", "pie", "subplots", "hist", "list", "drawn"],
)
def test_what_is_drawn_is_a_figure(make: Any) -> None:
    encoded = encode(make())
    assert encoded["kind"] == "figure"
    assert encoded["figure"].startswith("iVBORw0KGgo")
    assert encoded["tables"][0]["columns"] == ["chart"]


def test_a_figure_may_come_with_its_numbers() -> None:
    frame = pd.DataFrame({"x": [1]})
    for value in ((figure(), frame), {"chart": figure(), "table": frame}, [frame, figure()]):
        encoded = encode(value)
        assert encoded["figure"]
        assert encoded["tables"][0]["rows"] == [[1]]
    figure()
    assert encode(frame)["figure"]
    assert encode(figure())["value"] == "Sales"


def test_a_summary_of_statistics_is_text() -> None:
    import statsmodels.formula.api as smf

    model = smf.ols("y ~ x", pd.DataFrame({"x": range(20), "y": np.arange(20) ** 1.5})).fit()
    assert "R-squared" in encode(model.summary())["value"]
    assert "R-squared" in encode(model)["value"]
    assert encode(model.params)["tables"][0]["rows"][0][0] == "Intercept"


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (None, "returned nothing"),
        (pd.DataFrame({"a": [1]}).groupby("a"), "aggregation"),
        (pd.Series([1.0]).rolling(1), "aggregation"),
        (len, "return a number"),
        (object(), "return a number"),
        (pd, "return a number"),
        (np.zeros((2, 2, 2)), "3 dimensions"),
        (pd.DataFrame(np.zeros((1, 21))), "too wide"),
        (10**10_000, "bits"),
        ({"a": object()}, "cannot be shown"),
        ([[[[[[[[[1]]]]]]]]], "nested"),
        ([pd.DataFrame({"a": [1]})] * 60, "too many"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_what_cannot_be_shown_is_refused_with_advice(value: Any, advice: str) -> None:
    with pytest.raises(Unshowable, match=advice):
        encode(value)


def test_a_model_is_refused_with_advice() -> None:
    from sklearn.linear_model import LinearRegression

    with pytest.raises(Unshowable, match="predictions"):
        encode(LinearRegression())


def test_an_endless_iterator_is_cut() -> None:
    def count() -> Any:
        n = 0
        while True:
            yield n
            n += 1

    table = encode(count())["tables"][0]
    assert len(table["rows"]) == 10
    assert table["n_rows"] == 11


def test_a_set_is_counted_whole_and_in_order() -> None:
    table = encode({3, 1, 2, *range(10, 40)})["tables"][0]
    assert table["rows"][:3] == [[1], [2], [3]]
    assert (len(table["rows"]), table["n_rows"]) == (10, 33)


def test_the_different_values_of_a_column_are_shown_wherever_they_stand() -> None:
    letters = pd.DataFrame({"key": ["x", "x", "y"], "letter": ["a", "b", "a"]})
    by_key = encode(letters.groupby("key")["letter"].unique())["tables"][0]
    assert by_key["rows"] == [["x", '["a", "b"]'], ["y", '["a"]']]
    assert encode({"letters": letters["letter"].unique()})["tables"][0]["rows"] == [["a"], ["b"]]
