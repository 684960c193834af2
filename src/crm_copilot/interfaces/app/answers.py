"""One entry of an answer's results as a block: sentence, number, chart, table, and what they rest on."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from crm_copilot.interfaces.app import charts, downloads, tables
from crm_copilot.interfaces.app.plain import heading, literal
from crm_copilot.interfaces.app.tables import Result
from crm_copilot.library.wording import capital
from crm_copilot.respond.numbers import show

Ask = Callable[[str], None]
ARROW = ":material/arrow_forward:"
_SURE, _MOST_LARGE = 0.9, 30
_CONFIDENCE = (
    "How sure it is that the question was read rightly and the result holds. What is not sure is not answered."
)
_KINDS = {
    "function": "Function",
    "table": "Table",
    "value": "Value",
    "playbook": "Playbook",
    "client": "Client",
    "support": "Support",
}


def draw(result: Result, key: str) -> None:
    """Show a result; `key` tells its elements from those of others."""
    {"answered": _answered, "declined": _declined}.get(result["status"], _failed)(result, key)


def files(result: Result, key: str) -> None:
    """Show the buttons that download the result; nothing is made before one is pressed."""
    if not result["rows"]:
        return
    for label, ending, make, kind in (
        ("CSV", "csv", downloads.csv_file, "text/csv"),
        ("Excel", "xlsx", downloads.excel_file, downloads.EXCEL),
    ):
        st.download_button(
            label, partial(make, result), downloads.file_name(result, ending), kind, key=f"{ending}-{key}",
            on_click="ignore", icon=":material/download:", type="tertiary", help=f"Download the table as {label}",
        )  # fmt: skip


def ask_next(result: Result, key: str, ask: Ask) -> None:
    """Show the next questions as buttons that ask them."""
    if not result.get("next"):
        return
    st.caption("You could ask next" if result["status"] == "answered" else "What I can answer")
    with st.container(horizontal=True, gap="xsmall"):
        for number, question in enumerate(result["next"]):
            st.button(literal(question), key=f"next-{key}-{number}", on_click=ask, args=(question,), icon=ARROW)


def _answered(result: Result, key: str) -> None:
    st.text(_unbroken(result["answer"]))
    _confidence(float(result["confidence"]))
    if result.get("reply"):
        st.caption("Suggested reply, ready to copy; fill in what stands in braces")
        st.code(result["reply"], language=None, wrap_lines=True)
    if result["figure"]:
        st.image(base64.b64decode(result["figure"]), alt=str(result["question"]))
    if _is_scalar(result):
        _number(result)
    elif result["rows"]:
        _rows(result, key)
    _details(result)


def _declined(result: Result, key: str) -> None:
    with st.container(border=True):
        st.text(result["answer"])


def _failed(result: Result, key: str) -> None:
    st.error(literal(result["answer"]), title="This question could not be answered")


def _confidence(share: float) -> None:
    st.badge(f"Confidence {share:.0%}", color="green" if share >= _SURE else "blue", help=_CONFIDENCE)


def _unbroken(text: str) -> str:
    """Keep an amount on one line with its currency."""
    return text.replace("R$ ", "R$\u00a0")


def _is_scalar(result: Result) -> bool:
    return len(result["rows"]) == 1 and len(result["rows"][0]) == 1


def _number(result: Result) -> None:
    """Show the one value large, unless it is a text that only the sentence has room for."""
    shown = show(result["rows"][0][0], tables.units_of(result)[0], tables.language_of(result))
    if len(shown) > _MOST_LARGE:
        return
    label = result["understood_as"] or result["question"]
    st.metric(literal(capital(label)), literal(shown), border=True)


def _rows(result: Result, key: str) -> None:
    """Show chart and table as two tabs, so that a whole answer is seen at once."""
    chart = charts.chart(result)
    if chart is None:
        tables.draw(result, f"table-{key}")
        return
    picture, rows = st.tabs(["Chart", "Table"])
    with picture:
        st.altair_chart(chart.picture, width="stretch", key=f"chart-{key}", alt=f"Chart: {result['question']}")
        if chart.note:
            st.caption(literal(chart.note))
    with rows:
        tables.draw(result, f"table-{key}")


def _details(result: Result) -> None:
    with st.container(gap=None):
        with st.expander("Definition and period", type="compact"):
            for label, text in _definition(result):
                with st.container(gap="xxsmall"):
                    st.caption(label)
                    st.text(text)
        with st.expander("Code", type="compact"):
            st.code(result["code"], language="python", wrap_lines=False)
        if result["sources"]:
            with st.expander("Sources", type="compact"), st.container(gap="xxsmall"):
                for source in result["sources"]:
                    _source(source)


def _definition(result: Result) -> list[tuple[str, str]]:
    plan: Mapping[str, Any] = result.get("plan") or {}
    periods = [f"{p['label']}: from {p['start']} up to, not including, {p['end']}" for p in plan.get("periods", [])]
    found = [
        ("Understood as", capital(result.get("understood_as", ""))),
        ("Definition", result["definition"]),
        ("Period", "\n".join(periods) or "All days of the data"),
    ]
    return [(label, text) for label, text in found if text]


def _source(source: Mapping[str, str]) -> None:
    kind = _KINDS.get(source["kind"], heading(source["kind"]))
    name = source["id"] if source["text"] in ("", source["id"]) else f"{source['id']} — {source['text']}"
    st.text(f"{kind}: {name}")
