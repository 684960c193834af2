"""One turn of a conversation: the question, and its answer or where it stands."""

from __future__ import annotations

from functools import partial

import streamlit as st

from crm_copilot.errors import CopilotError
from crm_copilot.interfaces.app import answers, ratings, steps
from crm_copilot.interfaces.app.conversations import current, open_one
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import copilot, jobs
from crm_copilot.storage import Turn

_TROUBLE = "trouble"
_UNFINISHED = {
    "interrupted": ("This answer was interrupted when the app was closed. Nothing is lost.", "Take it up again"),
    "stopped": ("You stopped this question.", "Ask it again"),
    "failed": ("This question could not be answered.", "Try again"),
}


def ask(message: str) -> None:
    """Write a question down in the open conversation and start answering it."""
    try:
        brain = copilot()
        turn = brain.begin(message, current())
        jobs().start(turn.id, turn.conversation, partial(brain.answer, turn))
        open_one(turn.conversation)
    except CopilotError as error:
        st.session_state[_TROUBLE] = str(error)


def show_trouble() -> None:
    """Show once why a question could not even be written down."""
    trouble = st.session_state.pop(_TROUBLE, "")
    if trouble:
        st.error(literal(trouble))


def draw(turn: Turn, *, last: bool) -> None:
    """Show the question and what became of it; `last` turns offer the next questions."""
    with st.chat_message("user", avatar=":material/person:"):
        st.text(turn.message)
    with st.chat_message("assistant", avatar=":material/query_stats:"):
        job = jobs().get(turn.id)
        if job is not None and job.active:
            steps.follow(turn.id)
        elif turn.answer is not None:
            _answer(turn, last)
        elif turn.status == "running" and job is None:
            steps.follow_elsewhere(turn.id)
        else:
            _unfinished(turn, job.trouble if job else "")


def _answer(turn: Turn, last: bool) -> None:
    answer = turn.answer or {}
    several = len(answer["results"]) > 1
    for part, result in enumerate(answer["results"]):
        key = f"{turn.id}-{part}"
        if several:
            st.markdown(f"**{literal(result['question'])}**")
        answers.draw(result, key)
        with st.container(horizontal=True, vertical_alignment="center"):
            answers.files(result, key)
            ratings.draw(turn.id, part)
        if last:
            answers.ask_next(result, key, ask)
        if several and part + 1 < len(answer["results"]):
            st.divider()
    if any(result["status"] == "failed" for result in answer["results"]):
        _again(turn, "Try again")


def _unfinished(turn: Turn, trouble: str) -> None:
    said, label = _UNFINISHED.get(turn.status, _UNFINISHED["interrupted"])
    if trouble:
        st.error(literal(trouble), title=said)
    else:
        st.text(said)
    _again(turn, label)


def _again(turn: Turn, label: str) -> None:
    st.button(label, key=f"again-{turn.id}", icon=":material/replay:", on_click=_resume, args=(turn,))


def _resume(turn: Turn) -> None:
    try:
        jobs().start(turn.id, turn.conversation, partial(copilot().resume, turn.id))
    except CopilotError as error:
        st.session_state[_TROUBLE] = str(error)
