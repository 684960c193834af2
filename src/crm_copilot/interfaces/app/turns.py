"""One turn of a conversation: the question, and its answer or where it stands."""

from __future__ import annotations

import streamlit as st

from crm_copilot.errors import CopilotError, UnknownName
from crm_copilot.interfaces.app import answers, ratings, steps
from crm_copilot.interfaces.app.conversations import current, open_one
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import asker, service
from crm_copilot.library.wording import capital
from crm_copilot.people import Person
from crm_copilot.storage import Turn

_TROUBLE = "trouble"
_UNFINISHED = {
    "interrupted": ("This answer was interrupted when the app was closed. Nothing is lost.", "Take it up again"),
    "stopped": ("You stopped this question.", "Ask it again"),
    "failed": ("This question could not be answered.", "Try again"),
}


def ask(message: str) -> None:
    """Write a question down in the open conversation and start answering it."""
    st.session_state.pop(_TROUBLE, None)
    try:
        job = service().submit(asker(), message, current())
        open_one(job.conversation)
    except CopilotError as error:
        _tell(error)


def show_trouble() -> None:
    """Show why a question could not even be written down, until the next one is."""
    conversation, trouble = st.session_state.get(_TROUBLE, (None, ""))
    if trouble and conversation == current():
        st.error(literal(trouble))


def draw(turn: Turn, person: Person, *, last: bool) -> None:
    """Show a person's question and what became of it; `last` turns offer the next questions."""
    with st.chat_message("user", avatar=":material/person:"):
        st.text(turn.message)
    with st.chat_message("assistant", avatar=":material/query_stats:"):
        job = service().job(person, turn.id)
        if job is not None and job.active:
            steps.follow(turn.id)
            return
        known = _anew(turn, person) if turn.status == "running" else turn
        if known.answer is not None:
            _answer(known, last)
        elif known.status == "running" and job is None:
            steps.follow_elsewhere(turn.id)
        else:
            # Stopped a moment ago, by another tab perhaps: the store may not know it yet.
            stopping = job is not None and job.cancel.is_set() and known.status == "running"
            _unfinished(known, "stopped" if stopping else known.status, job.trouble if job else "")


def _anew(turn: Turn, person: Person) -> Turn:
    """Read a turn again: its answer may have come since the page began; of one that was deleted nothing is shown."""
    try:
        return service().turn(person, turn.id)
    except UnknownName:
        st.rerun()


def _answer(turn: Turn, last: bool) -> None:
    answer = turn.answer or {}
    several = len(answer["results"]) > 1
    for part, result in enumerate(answer["results"]):
        key = f"{turn.id}-{part}"
        if several:
            st.markdown(f"**{literal(capital(result['question']))}**")
        answers.draw(result, key)
        with st.container(horizontal=True, vertical_alignment="center", key=f"under-{key}"):
            answers.files(result, key)
            ratings.draw(turn.id, part)
        if last and (part + 1 == len(answer["results"]) or result["status"] == "declined"):
            answers.ask_next(result, key, ask)
        if several and part + 1 < len(answer["results"]):
            st.divider()
    if any(result["status"] == "failed" for result in answer["results"]):
        _again(turn, "Try again")


def _unfinished(turn: Turn, status: str, trouble: str) -> None:
    said, label = _UNFINISHED.get(status, _UNFINISHED["interrupted"])
    if trouble:
        st.error(literal(trouble), title=said)
    else:
        st.text(said)
    _again(turn, label)


def _again(turn: Turn, label: str) -> None:
    st.button(label, key=f"again-{turn.id}", icon=":material/replay:", on_click=_resume, args=(turn,))


def _resume(turn: Turn) -> None:
    try:
        service().resume(asker(), turn.id)
    except CopilotError as error:
        _tell(error)


def _tell(error: CopilotError) -> None:
    st.session_state[_TROUBLE] = (current(), str(error))
