"""What every page has: its title, the way to the others, the demo banner, and what is wrong with the house."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import streamlit as st
from PIL import Image, ImageDraw

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app import (
    chat,
    data_page,
    knowledge_page,
    offers_page,
    operations_page,
    playbook_page,
    settings_page,
    sign_in,
    signed_in,
)
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import asker, house, opened, service
from crm_copilot.people import ROLES, Role

DEMO = "Demo data: a generated company. Load your own on the Data page."
# What the theme cannot say: titles in the list of conversations begin at the left, ratings take a line of their own
# before they break, and the tables' own CSV button, which leaves formulas as they are, gives way to ours.
_STYLE = """<style>
.st-key-conversations button > div { justify-content: flex-start }
[class*="st-key-under-"] > div { flex-basis: max-content; max-width: 100% }
button[aria-label^="Download as CSV"] { display: none }
</style>"""
_NAME = "CRM Copilot"
_ADMIN: tuple[Role, ...] = ("admin",)


class _Page(NamedTuple):
    """A page, and the roles that it is for."""

    title: str
    icon: str
    draw: Callable[[], None]
    roles: Sequence[Role] = _ADMIN


_PAGES = (
    _Page("Chat", ":material/chat:", chat.page, ROLES),
    _Page("Offers", ":material/sell:", offers_page.page, ("rep", "marketing", "analyst", "admin")),
    _Page("Data", ":material/database:", data_page.page),
    _Page("Playbook", ":material/menu_book:", playbook_page.page, ("marketing", "admin")),
    _Page("Knowledge", ":material/library_books:", knowledge_page.page),
    _Page("Operations", ":material/monitoring:", operations_page.page),
    _Page("Settings", ":material/settings:", settings_page.page),
)


def draw(start: str) -> None:
    """Draw the frame and the page in it; somebody who has to sign in finds that page in the place of each."""
    st.set_page_config(page_title=_NAME, page_icon=_icon(), layout="centered")
    st.html(_STYLE)
    signed_in.keep()
    try:
        person = signed_in.person(service().house)
    except CopilotError as error:
        st.error(literal(str(error)), title="Nobody can be let in now")
        return
    shown = [page for page in _PAGES if person is None or person.role in page.roles]
    pages = [_drawn(page, start, is_open=person is not None) for page in shown]
    page = st.navigation({_NAME: pages}, position="sidebar" if person else "hidden")
    if person is None:
        page.run()
        return
    trouble = opened()
    if trouble:
        st.error(literal(trouble), title="Questions cannot be answered now")
    if _is_demo():
        st.info(DEMO)
    sign_in.who()
    page.run()


def _drawn(page: _Page, start: str, *, is_open: bool) -> Any:
    """Return a page as Streamlit takes it. It looks again who draws it: that the way there is not shown bars nobody."""

    def draw() -> None:
        if not is_open:
            sign_in.page()
        elif asker().role in page.roles:
            page.draw()
        else:
            st.error("This page is not for your role. An administrator can change that.")

    path = page.title.lower()
    return st.Page(draw, title=page.title, icon=page.icon, url_path=path, default=path == start)


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
