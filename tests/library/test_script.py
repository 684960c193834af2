from __future__ import annotations

from crm_copilot.library.script import Script, name_or_names, names


def test_equal_values_share_a_parameter_and_others_get_a_number() -> None:
    script = Script()
    assert [script.param("k", 3), script.param("k", 3), script.param("k", 5)] == ["k", "k", "k_2"]
    assert script.params == {"k": 3, "k_2": 5}


def test_no_variable_hides_a_table_or_another() -> None:
    script = Script()
    assert script.fresh("orders") != "orders"
    assert [script.fresh("rows"), script.fresh("rows")] == ["rows", "rows_2"]


def test_a_table_is_never_written_to() -> None:
    script = Script()
    assert script.assigned("orders", "year", "1") == "rows"
    assert script.filtered("orders", "orders", "mask") == "rows_2"
    assert script.lines == ["rows = orders.assign(year=1)", "rows_2 = orders[mask]"]


def test_a_frame_of_its_own_is_and_each_column_once() -> None:
    script = Script()
    rows = script.frame("orders")
    for _ in range(2):
        assert script.assigned(rows, "year", "1") == rows
    assert script.lines == ['rows["year"] = 1']


def test_columns_in_code() -> None:
    assert names(["a", "b", "a"]) == '["a", "b"]'
    assert (name_or_names(["a"]), name_or_names(["a", "b"])) == ('"a"', '["a", "b"]')
