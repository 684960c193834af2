"""What the pages say of the scores of what to offer while they are written, and of what became of it."""

from __future__ import annotations

import streamlit as st

from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import following
from crm_copilot.library.wording import capital

_LOOK_SECONDS = 0.5
WRITING = "Writing the scores of what to offer; questions are answered meanwhile"


def told() -> None:
    """Say what is being written, or what the last writing told."""
    if following().busy:
        _writing()
    elif following().said:
        st.caption(literal(f"{capital(following().said)}."))


@st.fragment(run_every=_LOOK_SECONDS)
def _writing() -> None:
    if not following().busy:
        st.rerun()
    st.status(WRITING)
