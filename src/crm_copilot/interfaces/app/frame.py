"""What every page has: its title, the way to the others, the demo banner, and what is wrong with the house."""

from __future__ import annotations

import streamlit as st

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app import chat, data_page, settings_page
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import house, opened

DEMO = "Demo data: a generated company. Load your own on the Data page."
# The one thing that the theme cannot say: titles in the list of conversations begin at the left.
_STYLE = "<style>.st-key-conversations button > div { justify-content: flex-start }</style>"
_NAME = "CRM Copilot"
_PAGES = (
    ("Chat", ":material/chat:", chat.page),
    ("Data", ":material/database:", data_page.page),
    ("Settings", ":material/settings:", settings_page.page),
)


def draw(start: str) -> None:
    """Draw the frame and the page in it."""
    st.set_page_config(page_title=_NAME, page_icon=":material/query_stats:", layout="centered")
    pages = [
        st.Page(draw, title=title, icon=icon, url_path=title.lower(), default=title.lower() == start)
        for title, icon, draw in _PAGES
    ]
    st.html(_STYLE)
    page = st.navigation({_NAME: pages})
    trouble = opened()
    if trouble:
        st.error(literal(trouble), title="Questions cannot be answered now")
    if _is_demo():
        st.info(DEMO)
    page.run()


def _is_demo() -> bool:
    try:
        return house().dataset.info.demo
    except CopilotError:
        return False
