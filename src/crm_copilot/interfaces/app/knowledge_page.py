"""The knowledge page: search the collections, add a file, look at passages and remove them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app.plain import literal, notice
from crm_copilot.interfaces.app.resources import house
from crm_copilot.knowledge import Added, Collections, Overview
from crm_copilot.knowledge.readers import ENDINGS, MOST_MB

_SHIPPED = ("playbook", "support")
_NOTICE = "knowledge-notice"
_A_PAGE = 10
_HOW = (
    "Files of your own: the playbook, answers of your support, manuals. A file of the same name replaces the one"
    " before. Once a collection has a file of yours, the sample texts that ship under its name are not searched."
)


def page() -> None:
    """Draw the page."""
    st.title("Knowledge")
    notice(_NOTICE, "Nothing was changed")
    try:
        held = house().collections.overviews()
    except CopilotError as error:
        st.error(literal(str(error)), title="A collection cannot be opened")
        held = []
    search, look, add = st.tabs(["Search", "Passages", "Add"])
    with search:
        _search(sorted({*_SHIPPED, *(overview.name for overview in held)}))
    with look:
        _look(held)
    with add:
        _add()


def _search(names: list[str]) -> None:
    name = st.selectbox("Collection", names, key="search-collection")
    query = st.text_input("What to look for", placeholder="cancel an order", key="search-query")
    if not query.strip() or name is None:
        return
    hits = house().retriever.search(query, name, _A_PAGE)
    if not hits:
        st.info("Nothing is near to that. Add a text that says it, or use other words.")
    for hit in hits:
        _passage(hit.document.id, hit.document.text, hit.document.data, f" · likeness {hit.cosine:.2f}")


def _look(held: list[Overview]) -> None:
    if not held:
        st.info("Nothing has been added yet; the sample texts that ship are searched.")
        return
    name = st.selectbox("Collection", [overview.name for overview in held], key="look-collection")
    overview = next(each for each in held if each.name == name)
    rows = [{"File": s.name, "Passages": s.passages, "Added": s.added_at[:16]} for s in overview.sources]
    st.dataframe(rows, hide_index=True, alt=f"Files of {name}")
    source = st.selectbox("File", [s.name for s in overview.sources], key="look-source")
    count = next(s.passages for s in overview.sources if s.name == source)
    start = _A_PAGE * (st.number_input("Page", 1, max(1, -(-count // _A_PAGE)), key="look-page") - 1)
    for document in house().collections.passages(overview.name, source, start, _A_PAGE):
        _passage(document.id, document.text, document.data, "")
    if st.button("Remove this file", key="look-remove", icon=":material/delete:"):
        _change(lambda held: f"Removed {held.remove(overview.name, source):,} passages of {source}.")


def _passage(name: str, text: str, data: Any, more: str) -> None:
    with st.container(border=True):
        place = " · ".join(part for part in (data.get("source"), data.get("place")) if part)
        st.caption(literal(f"{name} · {place}{more}" if place else f"{name}{more}"))
        st.text(text)


def _add() -> None:
    st.text(_HOW)
    with st.form("knowledge-add"):
        name = st.text_input("Collection", "playbook", key="add-collection")
        kinds = [ending.removeprefix(".") for ending in ENDINGS]
        files = st.file_uploader(f"Files, at most {MOST_MB} MB each", type=kinds, accept_multiple_files=True)
        if st.form_submit_button("Add") and files:
            with st.spinner("Reading, splitting and embedding"):
                _change(lambda held: _added(held, name.strip(), files))


def _added(held: Collections, name: str, files: list[Any]) -> str:
    """Add the files that were handed over, and say what became of each."""
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            (Path(folder) / Path(file.name).name).write_bytes(file.getvalue())
        return _said(held.add(Path(folder), name))


def _said(done: Added) -> str:
    again = dict.fromkeys(done.replaced, ", replaced")
    kept = [f"{name}: {count:,} passages{again.get(name, '')}" for name, count in done.passages.items()]
    return "; ".join([*kept, *(f"NOT added: {refused.reason}" for refused in done.refused)]) + "."


def _change(change: Any) -> None:
    """Do it, and draw the page anew with what became of it."""
    try:
        st.session_state[_NOTICE] = (True, change(house().collections))
    except CopilotError as error:
        st.session_state[_NOTICE] = (False, str(error))
    st.rerun()
