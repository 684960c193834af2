"""The chat page: the open conversation, examples when it is new, and the line to ask in."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crm_copilot.copilot import MOST_CHARACTERS
from crm_copilot.interfaces.app import answers, conversations, turns
from crm_copilot.interfaces.app.resources import asker, service
from crm_copilot.storage import Turn

EXAMPLES = (
    "Revenue by month in 2018",
    "Top 10 product categories by revenue",
    "Which states have the lowest review scores?",
    "How many customers bought more than once?",
    "Average delivery time by state",
    "Which clients have the highest spend this year?",
)
_PROMISE = (
    "You get the number, the definition it rests on and the code that computed it, or a clear word that it is not sure."
)
_MOST_TURNS = 20
_ASK = "Ask about sales or customers"


def page() -> None:
    """Draw the page."""
    conversation, person = conversations.current(), asker()
    found = service().turns(person, conversation) if conversation else []
    conversations.draw()
    if not found:
        _welcome()
    for turn in _shown(found):
        turns.draw(turn, person, last=turn is found[-1])
    turns.show_trouble()
    st.chat_input(_ASK, key="question", max_chars=MOST_CHARACTERS, on_submit=_ask)


def _welcome() -> None:
    st.title("Ask about your company's sales")
    st.text(_PROMISE)
    st.caption("For example")
    with st.container(gap="xsmall"):
        for number, question in enumerate(EXAMPLES):
            st.button(question, key=f"example-{number}", on_click=turns.ask, args=(question,), icon=answers.ARROW)


def _shown(found: Sequence[Turn]) -> Sequence[Turn]:
    """Return the last turns, and all of them once they are asked for."""
    earlier = len(found) - _MOST_TURNS
    if earlier <= 0 or st.session_state.get("earlier") == found[0].conversation:
        return found
    if st.button(f"Show {earlier} earlier questions", key="show-earlier"):
        st.session_state["earlier"] = found[0].conversation
        st.rerun()
    return found[earlier:]


def _ask() -> None:
    turns.ask(str(st.session_state["question"]))
