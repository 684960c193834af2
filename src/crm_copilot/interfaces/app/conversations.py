"""Which conversation is open, and the list of them in the sidebar: new, open, rename, delete.

The open conversation is named in the page's address, so that a reload finds it again, and in the session, since the
address is cleared when another page is visited.
"""

from __future__ import annotations

import streamlit as st

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import asker, service
from crm_copilot.storage import MOST_OF_A_TITLE, Conversation

_NAME = "conversation"


def current() -> str | None:
    """Return the id of the open conversation, None for a new one."""
    found = st.query_params.get(_NAME) or st.session_state.get(_NAME)
    if found:
        open_one(found)
    return found


def open_one(conversation: str | None) -> None:
    """Open a conversation, or a new one."""
    st.session_state[_NAME] = conversation
    if conversation is None:
        st.query_params.pop(_NAME, None)
    elif st.query_params.get(_NAME) != conversation:
        st.query_params[_NAME] = conversation


def draw() -> None:
    """Show the list in the sidebar."""
    with st.sidebar:
        st.button(
            "New conversation", key="new", icon=":material/add:", width="stretch", on_click=open_one, args=(None,)
        )
        found = service().conversations(asker())
        if found:
            st.caption("Conversations")
        with st.container(key="conversations", gap=None):
            for conversation in found:
                _row(conversation, conversation.id == current())


def _row(conversation: Conversation, is_open: bool) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", wrap=False):
        st.button(
            literal(conversation.title), key=f"open-{conversation.id}", type="secondary" if is_open else "tertiary",
            width="stretch", wrap=False, on_click=open_one, args=(conversation.id,),
        )  # fmt: skip
        if is_open:
            with st.popover("Edit", type="tertiary", key=f"more-{conversation.id}"):
                _edit(conversation)


def _edit(conversation: Conversation) -> None:
    with st.form(f"rename-{conversation.id}", border=False):
        st.text_input("Title", conversation.title, max_chars=MOST_OF_A_TITLE, key=f"title-{conversation.id}")
        st.form_submit_button("Rename", on_click=_rename, args=(conversation.id,))
    st.divider()
    st.text("Deleted with its answers and ratings, for good.")
    st.button("Delete conversation", key=f"delete-{conversation.id}", on_click=_delete, args=(conversation.id,))


def _rename(conversation: str) -> None:
    try:
        service().rename(asker(), conversation, st.session_state[f"title-{conversation}"])
    except CopilotError as error:
        st.toast(literal(str(error)))


def _delete(conversation: str) -> None:
    service().delete(asker(), conversation)
    if conversation == current():
        open_one(None)
