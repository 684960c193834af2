"""What the reader thinks of an answer: thumbs, stars and a comment, stored at once and shown as stored.

Each answer's ratings are a fragment of their own, so that a click on them draws nothing else anew.
"""

from __future__ import annotations

import streamlit as st

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import asker, service
from crm_copilot.storage import Rating, Turn

_TOLD = "told-of-a-rating"


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
    if stored.thumbs == 1:
        _offer_what_was_meant(turn, part)
    if message := st.session_state.pop(_TOLD, None):
        st.toast(message)


def _offer_what_was_meant(turn: str, part: int) -> None:
    """Offer to learn that the question before, which was declined, asked for this in other words."""
    before = _declined_before(turn)
    if before is None or before.parts[0]["text"] in _learned(turn, part):
        return
    st.button(
        f"“{literal(before.message)}” meant this too", key=f"meant-{turn}-{part}", type="tertiary",
        icon=":material/school:", on_click=_confirm, args=(turn, part, before.id),
    )  # fmt: skip


def _declined_before(turn: str) -> Turn | None:
    """Return the turn before in the conversation where it was one question and declined."""
    this = service().turn(asker(), turn)
    earlier = [t for t in service().turns(asker(), this.conversation) if t.position < this.position]
    declined = bool(earlier) and earlier[-1].status == "declined" and len(earlier[-1].parts) == 1
    return earlier[-1] if declined else None


def _confirm(turn: str, part: int, meant: str) -> None:
    stored = _stored(turn, part)
    try:
        service().rate(
            asker(), turn, part, thumbs=1, stars=stored.stars, comment=stored.comment, meant=meant
        )  # fmt: skip
        _tell("Learned: such questions are answered from now on.")
    except CopilotError as error:
        _tell(literal(str(error)))


def _tell(message: str) -> None:
    """Keep a message for the next drawing: a callback of a fragment must not show anything itself."""
    st.session_state[_TOLD] = message


def _stored(turn: str, part: int) -> Rating:
    """Return the rating stored last; each holds thumbs, stars and comment."""
    return service().rating(asker(), turn, part)


def _learned(turn: str, part: int) -> list[str]:
    return service().house.store.learned_from(turn, part, person=asker().id)


def _rate(turn: str, part: int) -> None:
    """Store what was clicked; what cannot be stored is shown as it was."""
    if not _store(turn, part, _stored(turn, part).comment):
        st.session_state[f"thumbs-{turn}-{part}"] = _stored(turn, part).thumbs


def _store(turn: str, part: int, comment: str) -> bool:
    thumbs, place = st.session_state[f"thumbs-{turn}-{part}"], st.session_state[f"stars-{turn}-{part}"]
    stars = None if place is None else place + 1
    try:
        done = service().rate(asker(), turn, part, thumbs=thumbs, stars=stars, comment=comment.strip())
    except CopilotError as error:
        _tell(literal(str(error)))
        return False
    if done == "confirmed":
        _tell("Confirmed: it helps to answer the next questions.")
    return True
