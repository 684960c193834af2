"""How answers look in a terminal: whatever the data hold, they are shown and nothing of them is taken for markup."""

from __future__ import annotations

from typing import Any

import pytest

from crm_copilot.bootstrap import House
from crm_copilot.interfaces import console


def answer(**changes: Any) -> dict[str, Any]:
    result = {
        "question": "q",
        "status": "answered",
        "answer": "Number of orders: 3.",
        "columns": ["value"],
        "rows": [[3]],
        "confidence": 0.9,
        "definition": "orders are counted once.",
        "code": "def answer(orders):\n    return 3\n",
        "attempts": 1,
        "sources": [],
        "truncated": False,
        "n_rows": 1,
        "next": [],
        **changes,
    }
    return {
        "results": [result],
        "seconds": 0.1,
        "model": "library",
        "thread": "mine",
        "answer": result["answer"],
        "status": result["status"],
    }


def shown(capsys: pytest.CaptureFixture[str], house: House, code: bool = False, **changes: Any) -> str:
    console.show(answer(**changes), house.dataset.info, code)
    return capsys.readouterr().out


def test_an_answer_is_shown_with_what_it_rests_on(capsys: pytest.CaptureFixture[str], house: House) -> None:
    text = shown(capsys, house, next=["Revenue by month"])
    for part in ("Number of orders: 3.", "orders are counted once.", "90%", "Revenue by month", "library", "mine"):
        assert part in text
    assert "def answer" not in text


def test_code_is_shown_when_asked_for(capsys: pytest.CaptureFixture[str], house: House) -> None:
    assert "def answer(orders):" in shown(capsys, house, code=True)


@pytest.mark.parametrize("status", ["declined", "failed"])
def test_what_is_not_answered_shows_no_confidence(
    capsys: pytest.CaptureFixture[str], house: House, status: str
) -> None:
    text = shown(capsys, house, status=status, answer="I am not sure.", rows=[], columns=[], n_rows=0)
    assert "I am not sure." in text
    assert "Confidence" not in text


def test_a_long_table_is_cut_and_says_how_much(capsys: pytest.CaptureFixture[str], house: House) -> None:
    text = shown(capsys, house, columns=["city", "n"], rows=[[f"city {n}", n] for n in range(50)], n_rows=75)
    assert "city 19" in text
    assert "city 20" not in text
    assert "55 more rows" in text


def test_any_cell_can_be_shown(capsys: pytest.CaptureFixture[str], house: House) -> None:
    rows = [["[bold]x[/bold]", None, 1234.5, True], ["[/]", 3, 0.001, False], ["é 🙂", -1, None, None]]
    text = shown(capsys, house, columns=["[red]a", "b", "c", "d"], rows=rows, n_rows=3)
    assert "[bold]x[/bold]" in text
    assert "[/]" in text
    assert "1,234.50" in text
    assert "[red]a" in text


def test_small_numbers_are_not_shown_as_zero(capsys: pytest.CaptureFixture[str], house: House) -> None:
    text = shown(capsys, house, columns=["a", "rate"], rows=[["x", 0.00123], ["y", 0.5]], n_rows=2)
    assert "0.0012" in text


def test_text_of_a_message_is_no_markup(capsys: pytest.CaptureFixture[str], house: House) -> None:
    text = shown(capsys, house, answer="[/] and [bold]", definition="[x]", next=["[y]"])
    assert all(part in text for part in ("[/] and [bold]", "[x]", "[y]"))


@pytest.mark.parametrize("rows", [[], [{"a": 1, "b": "[x]"}]])
def test_rows_of_any_number_can_be_shown(capsys: pytest.CaptureFixture[str], rows: list[dict[str, Any]]) -> None:
    console.show_rows(rows)
    assert ("nothing found" if not rows else "[x]") in capsys.readouterr().out


def test_demo_data_are_named_as_such(capsys: pytest.CaptureFixture[str], house: House) -> None:
    from dataclasses import replace

    console.show(answer(), replace(house.dataset.info, demo=True), False)
    assert "demo data" in capsys.readouterr().out


def test_control_characters_of_the_data_are_shown_and_not_obeyed(
    capsys: pytest.CaptureFixture[str], house: House
) -> None:
    hostile = "\x1b]0;mine\x07\x1b[2Jgone\x9b1A\r"
    text = shown(capsys, house, answer=hostile, columns=["a", "n"], rows=[[hostile, 1], ["b", 2]], definition=hostile)
    text += shown(capsys, house, True, columns=[hostile, "n"], rows=[["a", 1], ["b", 2]], next=[hostile])
    console.show({**answer(code=f"# {hostile}\n"), "thread": hostile}, house.dataset.info, True)
    text += capsys.readouterr().out
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\r"}
    assert text.count("\\x1b]0;mine") >= 4
