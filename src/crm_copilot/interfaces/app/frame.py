"""What every page has: its title, the way to the others, the demo banner, and what is wrong with the house."""

from __future__ import annotations

from functools import cache

import streamlit as st
from PIL import Image, ImageDraw

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app import chat, data_page, knowledge_page, offers_page, playbook_page, settings_page
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import house, opened

DEMO = "Demo data: a generated company. Load your own on the Data page."
# What the theme cannot say: titles in the list of conversations begin at the left, ratings take a line of their own
# before they break, and the tables' own CSV button, which leaves formulas as they are, gives way to ours.
_STYLE = """<style>
.st-key-conversations button > div { justify-content: flex-start }
[class*="st-key-under-"] > div { flex-basis: max-content; max-width: 100% }
button[aria-label^="Download as CSV"] { display: none }
</style>"""
_NAME = "CRM Copilot"
_PAGES = (
    ("Chat", ":material/chat:", chat.page),
    ("Offers", ":material/sell:", offers_page.page),
    ("Data", ":material/database:", data_page.page),
    ("Playbook", ":material/menu_book:", playbook_page.page),
    ("Knowledge", ":material/library_books:", knowledge_page.page),
    ("Settings", ":material/settings:", settings_page.page),
)


def draw(start: str) -> None:
    """Draw the frame and the page in it."""
    st.set_page_config(page_title=_NAME, page_icon=_icon(), layout="centered")
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


@cache
def _icon() -> Image.Image:
    """Draw three bars; a named icon would be fetched from the internet."""
    picture = Image.new("RGBA", (32, 32))
    for place, height in enumerate((12, 20, 28)):
        left = 3 + 9 * place
        ImageDraw.Draw(picture).rectangle((left, 30 - height, left + 6, 30), fill="#1f5f8b")
    return picture


def _is_demo() -> bool:
    try:
        return house().dataset.info.demo
    except CopilotError:
        return False
