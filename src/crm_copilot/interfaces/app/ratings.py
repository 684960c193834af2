"""What the reader thinks of an answer: thumbs, stars and a comment, stored at once and shown as stored.

Each answer's ratings are a fragment of their own, so that a click on them draws nothing else anew.
"""

from __future__ import annotations

import streamlit as st

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import house
from crm_copilot.storage import Rating


@st.fragment
def draw(turn: str, part: int) -> None:
    """Show the ratings of one part of an answer as they are stored, and take new ones."""
    key, stored = f"{turn}-{part}", _stored(turn, part)
    st.session_state.setdefault(f"thumbs-{key}", stored.thumbs)
    st.session_state.setdefault(f"stars-{key}", None if stored.stars is None else stored.stars - 1)
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
        st.feedback("thumbs", key=f"thumbs-{key}", on_change=_rate, args=(turn, part))
        st.feedback("stars", key=f"stars-{key}", on_change=_rate, args=(turn, part))
        with (
            st.popover("Comment", icon=":material/edit_note:", type="tertiary"),
            st.form(f"comment-{key}", border=False),
        ):
            comment = st.text_area("Your comment on this answer", stored.comment, max_chars=2000, key=f"words-{key}")
            if st.form_submit_button("Save comment"):
                _store(turn, part, comment)
                stored = _stored(turn, part)
    if stored.comment:
        st.caption("Your comment")
        st.text(stored.comment)


def _stored(turn: str, part: int) -> Rating:
    """Return the rating stored last; each holds thumbs, stars and comment."""
    return house().store.rating(turn, part)


def _rate(turn: str, part: int) -> None:
    """Store what was clicked; what cannot be stored is shown as it was."""
    if not _store(turn, part, _stored(turn, part).comment):
        st.session_state[f"thumbs-{turn}-{part}"] = _stored(turn, part).thumbs


def _store(turn: str, part: int, comment: str) -> bool:
    thumbs, place = st.session_state[f"thumbs-{turn}-{part}"], st.session_state[f"stars-{turn}-{part}"]
    stars = None if place is None else place + 1
    try:
        done = house().learning.rate(turn, part, thumbs=thumbs, stars=stars, comment=comment.strip())
    except CopilotError as error:
        st.toast(literal(str(error)))
        return False
    if done == "confirmed":
        st.toast("Confirmed: it helps to answer the next questions.")
    return True
