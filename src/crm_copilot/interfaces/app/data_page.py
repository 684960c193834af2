"""The data page: what is loaded, what each table means, and how to load one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from crm_copilot.catalog.tables import tables
from crm_copilot.data import DataInfo
from crm_copilot.errors import CopilotError
from crm_copilot.interfaces import points
from crm_copilot.interfaces.app import renewal
from crm_copilot.interfaces.app.loading import UPLOADS
from crm_copilot.interfaces.app.plain import literal, notice, sheet
from crm_copilot.interfaces.app.resources import following, house, loading, renew

_PREVIEW_ROWS = 20
_LOOK_SECONDS = 0.5
_NOTICE = "loaded"
_HOW = (
    "The Olist CSV files in their published names, in one folder. A file that is wrong is refused with its column and"
    " row, and what was loaded before stays in use."
)
_FIXED = "CRM_DATA_DIR names the data: {}. To load other data here, take it away and start the app again."


def page() -> None:
    """Draw the page."""
    st.title("Data")
    _notice()
    try:
        info = house().dataset.info
    except CopilotError as error:
        st.error(literal(str(error)), title="The loaded data cannot be opened")
    else:
        renewal.told()
        _overview(info)
        _table(info)
    _load()


def _notice() -> None:
    """Say what became of the last load: once, or for as long as what follows it is at work."""
    last = st.session_state.get(_NOTICE)
    notice(_NOTICE, "Nothing was loaded; the data in use have not changed")
    if last and following().busy:
        st.session_state[_NOTICE] = last


def _overview(info: DataInfo) -> None:
    first, last = info.period
    with st.container(horizontal=True, gap="medium"):
        st.metric("Orders", f"{info.rows.get('orders', 0):,}", width="content")
        st.metric("First order", literal(first.isoformat()), width="content")
        st.metric("Last order", literal(last.isoformat()), width="content")
        st.metric("Tables", str(len(info.rows)), width="content")
    loaded = info.loaded_at.replace("T", " ")[:16]
    st.text(f"Source: {_source(info)}\nLoaded: {loaded} UTC\nVersion: {info.fingerprint}")
    for note in info.notes:
        st.warning(literal(note))
    rows = [{"Table": name, "Rows": rows, "What it holds": _about(name)} for name, rows in info.rows.items()]
    table, about = st.column_config.Column(width=110), st.column_config.Column(width=524)
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, height="content", alt="Tables that are loaded",
        column_config={"Table": table, "Rows": _count(), "What it holds": about},
    )  # fmt: skip


def _source(info: DataInfo) -> str:
    if info.demo:
        return "demo company, generated"
    folder = Path(info.source)
    return "uploaded files" if folder.parent == house().settings.home_dir.resolve() / UPLOADS else str(folder)


def _about(name: str) -> str:
    table = tables().get(name)
    return table.about if table else ""


def _count() -> Any:
    return st.column_config.NumberColumn(format="%,d", width=70)


def _table(info: DataInfo) -> None:
    st.subheader("A table in detail")
    name = st.selectbox("Table", list(info.rows), key="table")
    table = tables().get(name)
    if table is not None:
        columns = [{"Column": c.name, "Type": c.type, "Meaning": c.about} for c in table.columns.values()]
        sheet(columns, f"Columns of {name}")
    st.caption(f"The first {min(_PREVIEW_ROWS, info.rows[name])} rows")
    with house().dataset.connect() as connection:
        preview = connection.execute(f'SELECT * FROM "{name}" LIMIT {_PREVIEW_ROWS}').df()
    st.dataframe(preview, hide_index=True, alt=f"First rows of {name}")


def _load() -> None:
    st.subheader("Load your own data")
    st.text(_HOW)
    st.code("crm data load DIR", language="bash")
    named = house().settings.data_dir
    if named is not None:
        st.info(literal(_FIXED.format(named)))
        return
    if loading().busy:
        _follow()
        return
    _finished()
    by_path, by_upload = st.tabs(["Folder on this computer", "Upload files"])
    with by_path, st.form("folder"):
        folder = st.text_input("Folder with the CSV files", placeholder="/home/me/olist", key="folder-path")
        if st.form_submit_button("Load folder") and folder.strip():
            loading().folder(Path(folder.strip()), house().settings.home_dir, _then())
            st.rerun()
    with by_upload, st.form("upload"):
        files = st.file_uploader("CSV or JSON files", type=["csv", "json"], accept_multiple_files=True, key="files")
        if st.form_submit_button("Load files") and files:
            loading().files({file.name: file.getvalue() for file in files}, house().settings.home_dir, _then())
            st.rerun()


def _then() -> Callable[[], None]:
    """Return what is to follow a load; it is called outside this page."""
    desk, settings = following(), house().settings
    return lambda: desk.start(points.AFTER_LOAD, settings)


@st.fragment(run_every=_LOOK_SECONDS)
def _follow() -> None:
    """Wait for the load that is under way, then draw the page anew."""
    if not loading().busy:
        st.rerun()
    st.status("Reading and checking the files")


def _finished() -> None:
    """Take the outcome of a load: open what was loaded, or say what was wrong."""
    outcome = loading().outcome()
    if outcome is None:
        return
    if outcome.info is None:
        st.session_state[_NOTICE] = (False, outcome.trouble)
    else:
        first, last = outcome.info.period
        text = f"Loaded {outcome.info.rows['orders']:,} orders from {first} to {last}."
        st.session_state[_NOTICE] = (True, text + " Questions are answered from them now.")
        renew()
    st.rerun()
