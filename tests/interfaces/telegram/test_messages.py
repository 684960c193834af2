from __future__ import annotations

import html

import pytest

from crm_copilot.interfaces.telegram.messages import MOST, messages_of, pieces
from crm_copilot.interfaces.telegram.pictures import picture_of


def result(answer: str = "Revenue: 5.", columns=(), rows=(), **changes):
    return {
        "status": "answered", "answer": answer, "columns": list(columns), "rows": [list(row) for row in rows],
        "n_rows": len(rows), "definition": "", "confidence": 0.9, "chart": None, "figure": None, **changes,
    }  # fmt: skip


def test_what_strangers_wrote_is_no_markup() -> None:
    (text,) = messages_of(result('<b>win</b> <a href="tg://user?id=1">&</a>\u202e'))
    assert text == '&lt;b&gt;win&lt;/b&gt; &lt;a href="tg://user?id=1"&gt;&amp;&lt;/a&gt;'


def test_a_table_is_text_of_one_width() -> None:
    text = messages_of(result(columns=["state", "orders"], rows=[("SP", 10), ("RJ", 5.5)]))[-1]
    assert text == "<pre>state orders\nSP    10\nRJ    5.50</pre>"


def test_a_long_table_is_cut_and_says_so() -> None:
    text = messages_of(result(columns=["n"], rows=[(n,) for n in range(40)]))[-1]
    assert "… 25 more rows" in text


def test_rows_of_long_texts_are_no_table() -> None:
    assert len(messages_of(result(columns=["text"], rows=[("word " * 40,), ("b",)]))) == 1


@pytest.mark.parametrize("text", ["a" * 9000, "line\n" * 3000, "<" * 9000, "word " * 2000])
def test_long_answers_are_cut_into_what_fits(text: str) -> None:
    found = list(pieces(text))
    assert max(map(len, found)) <= MOST
    assert html.unescape("".join(found)) == text


def test_a_line_and_bars_are_drawn() -> None:
    rows = [("2018-01", 5), ("2018-02", 7.5), ("2018-03", None)]
    for kind in ("line", "bar"):
        hint = {"kind": kind, "x": "month", "y": "revenue"}
        drawn = picture_of(result(columns=["month", "revenue"], rows=rows, chart=hint))
        assert drawn is not None
        assert drawn.startswith(b"\x89PNG")


def test_no_picture_without_a_hint_or_for_one_point() -> None:
    assert picture_of(result(columns=["a", "b"], rows=[("x", 1), ("y", 2)])) is None
    hint = {"kind": "bar", "x": "a", "y": "b"}
    assert picture_of(result(columns=["a", "b"], rows=[("x", 1)], chart=hint)) is None
    assert picture_of(result(columns=["a"], rows=[("x",), ("y",)], chart=hint)) is None
