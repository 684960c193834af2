"""The steps of an answer while it is worked on, read from the registry of jobs twice a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from crm_copilot.errors import UnknownName
from crm_copilot.interfaces.app.plain import literal
from crm_copilot.interfaces.app.resources import asker, service
from crm_copilot.library.wording import capital
from crm_copilot.service.jobs import Job

_LOOK_SECONDS, _LOOK_ELSEWHERE_SECONDS = 0.5, 2.0
_DOING = {
    "questions": "Reading the question",
    "retrieve": "Looking up names, dates and examples",
    "generate": "Writing a function",
    "execute": "Running it on the data",
    "reflect": "Checking the result",
    "respond": "Putting the answer into words",
}
_DONE = {
    "retrieve": "Looked up names, dates and examples",
    "generate": "Wrote a function",
    "execute": "Ran it on the data",
    "reflect": "Checked the result",
    "respond": "Put the answer into words",
}
_WORDS = {"accept": "accepted", "retry": "not yet right", "decline": "declined"}
_AFTER = dict(pairwise(_DOING))


@st.fragment(run_every=_LOOK_SECONDS)
def follow(turn: str) -> None:
    """Show how far a job is, with the button that stops it; draw the page anew when it is over."""
    job = service().job(asker(), turn)
    if job is None or not job.active:
        st.rerun()
    _draw(st.status(_label(job), expanded=len(job.events) > 1), job.events)
    st.button("Stop", key=f"stop-{turn}", icon=":material/stop_circle:", on_click=_stop, args=(turn,))


@st.fragment(run_every=_LOOK_ELSEWHERE_SECONDS)
def follow_elsewhere(turn: str) -> None:
    """Wait for a turn that another process answers; draw the page anew when it has an answer or has died."""
    service().house.store.mark_interrupted()
    if _status(turn) != "running":
        st.rerun()
    st.status("Another program is answering this question")


def doing(events: Sequence[Mapping[str, Any]]) -> str:
    """Say in words what is being done after these events."""
    if not events:
        return _DOING["questions"]
    step, note = events[-1]["step"], str(events[-1].get("note", ""))
    again = step == "reflect" and note.startswith("retry")
    return _DOING["generate" if again else _AFTER.get(step, "respond")]


def _label(job: Job) -> str:
    if not job.working.is_set():
        return "Waiting for the question before"
    return f"{doing(job.events)} ({job.seconds:.0f} s)"


def _draw(box: DeltaGenerator, events: Iterable[Mapping[str, Any]]) -> None:
    questions: list[str] = []
    lines: dict[int, list[str]] = {}
    for event in list(events):
        if event["step"] == "questions":
            questions = event["questions"]
        elif event["step"] in _DONE:
            lines.setdefault(event["part"], []).append(_line(event))
    for part, question in enumerate(questions):
        if len(questions) > 1:
            box.markdown(f"**{literal(capital(question))}**")
        box.markdown("  \n".join(lines.get(part, [])))


def _line(event: Mapping[str, Any]) -> str:
    note = said(str(event["note"]))
    return f":material/check: {_DONE[event['step']]}" + (f":gray[: {literal(note)}]" if note else "")


def said(note: str) -> str:
    """Say a note in the words of a person; that all went well needs none."""
    word = note.split(" ")[0]
    return _WORDS.get(word, word) + note.removeprefix(word) if set(note.split(", ")) != {"ok"} else ""


def _stop(turn: str) -> None:
    with suppress(UnknownName):
        service().stop(asker(), turn)


def _status(turn: str) -> str:
    try:
        return service().turn(asker(), turn).status
    except UnknownName:
        return "deleted"
