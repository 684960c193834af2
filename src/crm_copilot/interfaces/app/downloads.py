"""A result as a file. What a spreadsheet would run as a formula leaves as text."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from crm_copilot.interfaces.app.tables import Result, unique

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHEET = "Answer"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(result: Result) -> bytes:
    """Return the result as CSV, in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(name) for name in result["columns"]])
    writer.writerows([_safe(value) for value in row] for row in result["rows"])
    return out.getvalue().encode("utf-8-sig")


def excel_file(result: Result) -> bytes:
    """Return the result as an Excel workbook with one sheet; texts stay texts."""
    import xlsxwriter  # type: ignore[import-untyped]

    out, options = io.BytesIO(), {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(_SHEET), book.add_format({"bold": True})
        for place, name in enumerate(unique(result["columns"])):
            sheet.write_string(0, place, name, bold)
            sheet.set_column(place, place, _width(name, [row[place] for row in result["rows"][:200]]))
        for number, row in enumerate(result["rows"], 1):
            for place, value in enumerate(row):
                sheet.write(number, place, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(result["rows"]), max(0, len(result["columns"]) - 1))
    return out.getvalue()


def file_name(result: Result, ending: str) -> str:
    """Return a name for the file, made from the question."""
    words = re.findall(r"[^\W_]+", str(result["question"]).lower())
    return ("-".join(words)[:60].strip("-") or "answer") + "." + ending


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets a ' before it; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def _width(name: str, values: list[Any]) -> int:
    return min(60, max(len(name), *(len(str(value)) for value in values), 6) + 2)
